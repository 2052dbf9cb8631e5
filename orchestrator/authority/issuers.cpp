#include "orchestrator/authority/issuers.hpp"

#include <fmt/format.h>

#include "orchestrator/authority/members.hpp"

namespace muster::authority {

Result<KeyAndCertificate> make_issuer(const KeyAndCertificate& root, const IssuerSpec& spec) {
  MUSTER_TRY(security::check_limits(spec.limits));
  x509::IssueSpec issue;
  issue.common_name = spec.name;
  issue.organizational_unit = security::name_of(security::Role::issuer);
  issue.valid_for = spec.valid_for;
  issue.purpose_oid = security::kIssuerPurposeOid;
  issue.statement_oid = security::kIssuerLimitsOid;
  issue.statement = security::limits_text(spec.limits);
  MUSTER_ASSIGN(auto key, x509::Key::generate_p256());
  MUSTER_ASSIGN(auto certificate, x509::issue(issue, key, &root.certificate, root.key));
  return KeyAndCertificate{std::move(key), std::move(certificate)};
}

Result<Member> create_issuer(const std::filesystem::path& folder, const IssuerSpec& spec,
                             const std::filesystem::path& out) {
  MUSTER_TRY(check_member_name("issuer", spec.name));
  MUSTER_ASSIGN(const auto root, load_root(folder));
  MUSTER_ASSIGN(const auto lock, lock_folder(out));
  MUSTER_ASSIGN(const auto issuer, make_issuer(root, spec));
  MUSTER_ASSIGN(const auto files, files_of(issuer, out, spec.name));
  MUSTER_TRY(write_new(files));
  return Member{issuer.certificate, files[1].path, files[0].path};
}

Result<KeyAndCertificate> load_issuer(const std::filesystem::path& folder,
                                      const std::string& name) {
  MUSTER_TRY(check_member_name("issuer", name));
  const auto key_file = folder / (name + ".key");
  auto key = x509::Key::private_from_file(key_file);
  if (!key && key.error().code == Errc::not_found)
    return fail(Errc::config,
                fmt::format("{} is not there: join tokens are made where an issuer's key is kept; "
                            "'muster issuer create {}' makes one, where the operator root's key is",
                            key_file.string(), name));
  if (!key) return fail(Errc::config, std::move(key).error().message);
  const auto certificate_file = folder / (name + ".pem");
  MUSTER_ASSIGN(auto certificate, x509::Certificate::from_file(certificate_file));
  if (!certificate.matches(*key))
    return fail(Errc::config, fmt::format("{} and {} do not belong together", key_file.string(),
                                          certificate_file.string()));
  return KeyAndCertificate{*std::move(key), std::move(certificate)};
}

}  // namespace muster::authority
