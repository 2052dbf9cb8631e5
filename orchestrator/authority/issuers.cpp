#include "orchestrator/authority/issuers.hpp"

#include <fmt/format.h>

#include "orchestrator/authority/index.hpp"
#include "orchestrator/authority/members.hpp"
#include "proto/base/clock.hpp"
#include "proto/x509/pair_files.hpp"

namespace muster::authority {

Result<x509::Certificate> certify_issuer(const KeyAndCertificate& root, const IssuerSpec& spec,
                                         const x509::Key& key) {
  MUSTER_TRY(security::check_limits(spec.limits));
  x509::IssueSpec issue;
  issue.common_name = spec.name;
  issue.organizational_unit = security::name_of(security::Role::issuer);
  issue.valid_for = spec.valid_for;
  issue.purpose_oid = security::kIssuerPurposeOid;
  issue.statement_oid = security::kIssuerLimitsOid;
  issue.statement = security::limits_text(spec.limits);
  return x509::issue(issue, key, &root.certificate, root.key);
}

Result<KeyAndCertificate> make_issuer(const KeyAndCertificate& root, const IssuerSpec& spec) {
  MUSTER_ASSIGN(auto key, x509::Key::generate_p256());
  MUSTER_ASSIGN(auto certificate, certify_issuer(root, spec, key));
  return KeyAndCertificate{std::move(key), std::move(certificate)};
}

Result<Member> create_issuer(const std::filesystem::path& folder, const IssuerSpec& spec,
                             const std::filesystem::path& out) {
  using security::Role;
  MUSTER_TRY(check_member_name("issuer", spec.name));
  MUSTER_ASSIGN(const auto root, load_root(folder));
  MUSTER_ASSIGN(const auto lock, lock_folder(folder));
  MUSTER_TRY(check_name_is_free(folder, Role::issuer, spec.name, spec.replace));
  MUSTER_ASSIGN(const auto issuer, make_issuer(root, spec));
  MUSTER_ASSIGN(auto files, files_of(issuer, out, spec.name));
  MUSTER_TRY(spec.replace ? write_over(files) : write_new(files));
  MUSTER_TRY(note_certificate(folder, {spec.name,
                                       std::string(name_of(Role::issuer)),
                                       issuer.certificate,
                                       {},
                                       out / spec.name,
                                       base::SystemClock().unix_ms()}));
  return Member{issuer.certificate, files[1].path, files[0].path};
}

Result<KeyAndCertificate> load_issuer(const std::filesystem::path& folder,
                                      const std::string& name) {
  MUSTER_TRY(check_member_name("issuer", name));
  const auto key_file = folder / (name + ".key");
  const auto certificate_file = folder / (name + ".pem");
  MUSTER_TRY(x509::finish_pair({key_file, certificate_file}));
  auto key = x509::Key::private_from_file(key_file);
  if (!key && key.error().code == Errc::not_found)
    return fail(Errc::config,
                fmt::format("{} is not there: join tokens are made where an issuer's key is kept; "
                            "'muster issuer create {}' makes one, where the operator root's key is",
                            key_file.string(), name));
  if (!key) return fail(Errc::config, std::move(key).error().message);
  MUSTER_ASSIGN(auto certificate, x509::Certificate::from_file(certificate_file));
  if (!certificate.matches(*key))
    return fail(Errc::config, fmt::format("{} and {} do not belong together", key_file.string(),
                                          certificate_file.string()));
  return KeyAndCertificate{*std::move(key), std::move(certificate)};
}

}  // namespace muster::authority
