#include "node-agent/join/join_identity.hpp"

#include "proto/base/encoding.hpp"
#include "proto/base/files.hpp"
#include "proto/base/put_aside.hpp"

namespace muster::agent {
namespace {

constexpr std::size_t kIdLength = 32;

Result<JoinIdentity> make_join_identity(const std::filesystem::path& folder) {
  MUSTER_ASSIGN(auto key, x509::Key::generate_p256());
  MUSTER_ASSIGN(const auto pem, key.private_pem());
  const auto id = base::random_id();
  MUSTER_TRY(base::make_folder(folder, 0700));
  MUSTER_TRY(base::write_file(folder / "join.key", pem, 0600));
  MUSTER_TRY(base::write_file(folder / "join.id", id, 0600));
  return JoinIdentity{id, std::move(key)};
}

}  // namespace

Result<JoinIdentity> load_join_identity(const std::filesystem::path& folder) {
  const auto id = base::read_file(folder / "join.id");
  // A crash between the two files leaves a key without an id: make both anew.
  if (!id || id->size() != kIdLength) return make_join_identity(folder);
  auto key = x509::Key::private_from_file(folder / "join.key");
  if (!key && key.error().code == Errc::refused) return fail(key.error());
  if (!key) {
    if (key.error().code != Errc::not_found)
      (void)base::put_aside(
          folder / "join.key",
          {"key to join with", "the machine announces itself with a new one", key.error().message});
    return make_join_identity(folder);
  }
  return JoinIdentity{*id, std::move(*key)};
}

}  // namespace muster::agent
