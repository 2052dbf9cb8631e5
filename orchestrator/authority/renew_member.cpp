#include <fmt/format.h>

#include "orchestrator/authority/authority.hpp"
#include "orchestrator/authority/index.hpp"
#include "orchestrator/authority/issuers.hpp"
#include "orchestrator/authority/members.hpp"
#include "proto/base/names.hpp"

namespace muster::authority {
namespace {

std::chrono::seconds life_of(const x509::Certificate& certificate) {
  const std::chrono::milliseconds whole(certificate.not_after_ms() - certificate.not_before_ms());
  return std::chrono::duration_cast<std::chrono::seconds>(whole) - kBackdated;
}

Result<x509::Certificate> certify_again(const KeyAndCertificate& root, const Issued& last,
                                        const RenewSpec& spec, const x509::Key& key) {
  const auto life = spec.valid_for.value_or(life_of(last.certificate));
  if (life.count() <= 0)
    return fail(Errc::config, "a certificate must be valid for at least a second");
  if (spec.role == security::Role::issuer) {
    MUSTER_ASSIGN(auto limits, security::limits_of(last.certificate));
    return certify_issuer(root, {.name = spec.name, .limits = std::move(limits), .valid_for = life},
                          key);
  }
  const auto& hosts = spec.hosts.empty() ? last.hosts : spec.hosts;
  const bool serves = spec.role == security::Role::broker && spec.name != security::kWatcherName;
  if (serves == hosts.empty())
    return fail(Errc::config,
                serves ? fmt::format("it is not known for which hosts broker {} is; name them",
                                     base::quoted(spec.name))
                       : "only a broker's certificate names hosts");
  return certify_member(root, {spec.name, spec.role, hosts, life}, key);
}

std::filesystem::path place_of(const std::filesystem::path& folder, const RenewSpec& spec,
                               const Issued& last) {
  const auto file = last.file.empty() ? std::filesystem::path(spec.name) : last.file.filename();
  if (!spec.out.empty()) return spec.out / file;
  std::error_code unreadable;
  auto before = last.file;
  before += ".pem";
  return std::filesystem::exists(before, unreadable) ? last.file : folder / file;
}

}  // namespace

Result<Member> renew_member(const std::filesystem::path& folder, const RenewSpec& spec) {
  const std::string role(security::name_of(spec.role));
  MUSTER_ASSIGN(const auto root, load_root_for(folder, spec.role, spec.name));
  MUSTER_ASSIGN(const auto lock, lock_folder(folder));
  const auto now_ms = base::SystemClock().unix_ms();
  MUSTER_ASSIGN(const auto last, find_current(folder, role, spec.name, now_ms));
  auto key = last.certificate.public_key();
  if (spec.new_key) {
    MUSTER_ASSIGN(key, x509::Key::generate_p256());
  }
  MUSTER_ASSIGN(const auto certificate, certify_again(root, last, spec, key));
  MUSTER_ASSIGN(auto text, certificate_text(folder, spec.role, spec.name, certificate));
  const auto place = place_of(folder, spec, last);
  Member made{certificate, place.string() + ".pem", {}};
  std::vector<NewFile> files;
  if (spec.new_key) {
    MUSTER_ASSIGN(auto pem, key.private_pem());
    made.key_file = place.string() + ".key";
    files.push_back({made.key_file, std::move(pem), true});
  }
  files.push_back({made.certificate_file, std::move(text), false});
  MUSTER_TRY(write_over(files));
  const auto& hosts = spec.hosts.empty() ? last.hosts : spec.hosts;
  MUSTER_TRY(note_certificate(folder, {spec.name, role, certificate, hosts, place, now_ms}));
  return made;
}

}  // namespace muster::authority
