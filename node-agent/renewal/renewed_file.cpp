#include "node-agent/renewal/renewed_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "proto/base/files.hpp"
#include "proto/base/names.hpp"
#include "proto/x509/key.hpp"

namespace muster::agent {
namespace {

constexpr mode_t kModeBits = 07777;

Status refuse(const std::string& why) {
  return fail(Errc::refused, "the CA's answer is not taken: " + why);
}

Status judge(const x509::Certificate& made, const x509::Certificate& before,
             const std::vector<x509::Certificate>& cas, const std::string& identity) {
  if (made.common_name() != identity)
    return refuse(fmt::format("it is a certificate of {}", base::quoted(made.common_name())));
  if (std::none_of(cas.begin(), cas.end(), [&](const auto& ca) { return made.issued_by(ca); }))
    return refuse("none of our CAs issued it");
  if (made.not_after_ms() <= before.not_after_ms()) return refuse("it ends no later than ours");
  return {};
}

// Written beside it and renamed, so that Puppet never reads half of one.
Status replace(const std::filesystem::path& file, const std::string& pem) {
  struct stat was {};
  if (::stat(file.c_str(), &was) != 0)
    return fail(Errc::io,
                fmt::format("cannot look at {}: {}", file.string(), std::strerror(errno)));
  auto beside = file;
  beside += ".renewed";
  MUSTER_TRY(base::write_file(beside, pem, was.st_mode & kModeBits));
  std::error_code failed;
  // The folder may be Puppet's user's, who could have put a link there meanwhile.
  if (::lchown(beside.c_str(), was.st_uid, was.st_gid) != 0)
    failed = std::error_code(errno, std::generic_category());
  if (!failed) std::filesystem::rename(beside, file, failed);
  if (!failed) return {};
  std::error_code ignored;
  std::filesystem::remove(beside, ignored);
  return fail(Errc::io, fmt::format("cannot replace {}: {}", file.string(), failed.message()));
}

}  // namespace

Status take_renewed(const std::string& pem, const std::vector<x509::Certificate>& cas,
                    const plugins::PuppetPaths& puppet, const std::string& identity) {
  const auto file = puppet.certificate_of(identity);
  MUSTER_ASSIGN(const auto before, x509::Certificate::from_file(file));
  MUSTER_ASSIGN(const auto made, x509::Certificate::from_pem(pem, "the CA's answer"));
  MUSTER_ASSIGN(const auto key, x509::Key::private_from_file(puppet.private_key_of(identity),
                                                             puppet.private_key_guard()));
  if (!made.matches(key)) return refuse("it is of another key");
  MUSTER_TRY(judge(made, before, cas, identity));
  return replace(file, made.pem());
}

}  // namespace muster::agent
