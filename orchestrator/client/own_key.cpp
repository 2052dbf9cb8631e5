#include "orchestrator/client/own_key.hpp"

#include "proto/base/files.hpp"
#include "proto/base/temp_folder.hpp"
#include "proto/x509/program_key.hpp"

namespace muster::client {
namespace {

constexpr mode_t kPlaceholderMode = 0600;

Result<std::filesystem::path> write_placeholder(const x509::Key& key) {
  static const auto folder = base::TempFolder::make("muster-key");
  if (!folder) return fail(folder.error());
  MUSTER_ASSIGN(const auto pem, key.private_pem());
  auto file = folder->path() / (key.fingerprint() + ".pem");
  MUSTER_TRY(base::write_file(file, pem, kPlaceholderMode));
  return file;
}

}  // namespace

Result<OwnKey> own_key(const settings::Settings& settings, const x509::Certificate& certificate) {
  if (settings.key_program.empty()) {
    MUSTER_ASSIGN(auto key, x509::Key::private_from_file(settings.key));
    return OwnKey{std::move(key), settings.key};
  }
  MUSTER_ASSIGN(auto key, x509::program_key(certificate, settings.key_program));
  MUSTER_ASSIGN(auto file, write_placeholder(key));
  return OwnKey{std::move(key), std::move(file)};
}

}  // namespace muster::client
