#include "plugins/agents/provision/puppet_ssl.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "proto/base/files.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::plugins::provision {
namespace {

constexpr char kPuppetUser[] = "puppet";

// Puppet gives its files to its service user where there is one and the caller may; a later run
// would otherwise change the owner and report that as a change.
Status give_to_puppet(const std::filesystem::path& path) {
  if (::geteuid() != 0) return {};
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> buffer{};
  if (::getpwnam_r(kPuppetUser, &entry, buffer.data(), buffer.size(), &found) != 0 ||
      found == nullptr)
    return {};
  if (::lchown(path.c_str(), entry.pw_uid, entry.pw_gid) == 0) return {};
  return fail(Errc::io, fmt::format("cannot give {} to the user {}: {}", path.string(), kPuppetUser,
                                    std::strerror(errno)));
}

// Else a power loss may bring back what was renamed. A file system that cannot flush folders says EINVAL: it has no better.
Status flush_folder(const std::filesystem::path& path) {
  const base::UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder && (::fsync(folder.get()) == 0 || errno == EINVAL)) return {};
  return fail(Errc::io, fmt::format("cannot flush {}: {}", path.string(), std::strerror(errno)));
}

struct Folder {
  const char* name;
  mode_t mode;
};
// As Puppet 7's settings have them.
constexpr std::array kFolders{Folder{"", 0771},
                              Folder{"certs", 0755},
                              Folder{"certificate_requests", 0755},
                              Folder{"public_keys", 0755},
                              Folder{"private_keys", 0750},
                              Folder{"private", 0750}};

}  // namespace

Status PuppetSsl::make_folders() const {
  for (const auto& folder : kFolders) {
    const auto path = *folder.name == '\0' ? ssldir_ : ssldir_ / folder.name;
    if (std::filesystem::is_directory(path)) continue;  // its modes are its owner's choice
    MUSTER_TRY(base::make_folder(path, folder.mode));
    MUSTER_TRY(give_to_puppet(path));
  }
  return {};
}

Result<x509::Key> PuppetSsl::key() {
  auto existing = x509::Key::private_from_file(key_path(), base::Guard::puppet_key);
  if (existing || existing.error().code == Errc::refused) return existing;
  if (std::filesystem::exists(key_path())) {
    log::warning("the private key cannot be used and is replaced",
                 {{"reason", existing.error().message}});
    MUSTER_TRY(move_aside(key_path()));
  }
  MUSTER_ASSIGN(auto key, x509::Key::generate_p256());
  MUSTER_ASSIGN(const auto pem, key.private_pem());
  MUSTER_TRY(install(key_path(), pem, kKeyMode));
  return key;
}

Status PuppetSsl::install(const std::filesystem::path& path, const std::string& content,
                          mode_t mode) const {
  MUSTER_TRY(base::write_file(path, content, mode));
  return give_to_puppet(path);
}

Status PuppetSsl::move_aside(const std::filesystem::path& path) {
  auto old = path;
  old += ".old";
  if (::rename(path.c_str(), old.c_str()) == 0) {
    moved_.push_back(old.string());
    return flush_folder(path.parent_path());
  }
  if (errno == ENOENT) return {};
  return fail(Errc::io,
              fmt::format("cannot move {} aside: {}", path.string(), std::strerror(errno)));
}

CertificateState certificate_state(const PuppetSsl& ssl, const std::string& name,
                                   std::int64_t now_ms) {
  std::error_code ignored;
  if (!std::filesystem::exists(ssl.certificate_path(), ignored)) return {"missing", ""};
  const auto certificate = x509::Certificate::from_file(ssl.certificate_path());
  if (!certificate) return {"unreadable", ""};
  CertificateState state{"valid", ""};
  if (const auto ca = x509::Certificate::from_file(ssl.ca_path());
      ca && certificate->issued_by(*ca))
    state.issuer = ca->subject();
  // Whether they belong together, not whether the key may be used: that is asked where it is.
  const auto pem = base::read_file(ssl.key_path());
  const auto key = pem ? x509::Key::private_from_pem(*pem, ssl.key_path().string())
                       : Result<x509::Key>(fail(pem.error()));
  if (!key || !certificate->matches(*key) || certificate->common_name() != name)
    state.word = "foreign";
  else if (now_ms > certificate->not_after_ms())
    state.word = "expired";
  return state;
}

Result<x509::Certificate> issuer_in(const std::string& ca_pem,
                                    const x509::Certificate& certificate) {
  MUSTER_ASSIGN(const auto cas, x509::Certificate::all_from_pem(ca_pem, "ca_pem"));
  for (const auto& ca : cas)
    if (ca.is_ca() && certificate.issued_by(ca)) return ca;
  return fail(Errc::refused, fmt::format("the certificate of {} was not issued by the given CA",
                                         base::quoted(certificate.common_name())));
}

}  // namespace muster::plugins::provision
