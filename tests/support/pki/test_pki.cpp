#include "tests/support/pki/test_pki.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <stdexcept>

#include "proto/base/clock.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/files.hpp"
#include "proto/base/unique_fd.hpp"
#include "proto/security/jwk.hpp"

namespace muster::test {
namespace {

constexpr std::chrono::hours kYears{24 * 365 * 5};
constexpr mode_t kSecret = 0600;
constexpr mode_t kPublic = 0644;

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error("test certificates: " + result.error().message);
  return *std::move(result);
}

void must(const Status& status) {
  if (!status) throw std::runtime_error("test certificates: " + status.error().message);
}

Holder self_signed(const std::string& common_name) {
  x509::IssueSpec spec;
  spec.common_name = common_name;
  spec.valid_for = kYears;
  spec.ca = true;
  auto key = must(x509::Key::generate_p256());
  auto certificate = must(x509::issue(spec, key, nullptr, key));
  return {std::move(key), std::move(certificate)};
}

// Thousands of these are made for a lab at once; waiting for the disk would take most of the time.
void write_fast(const std::filesystem::path& file, const std::string& content, mode_t mode) {
  const base::UniqueFd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  const bool wrote = fd && ::write(fd.get(), content.data(), content.size()) ==
                               static_cast<ssize_t>(content.size());
  if (!wrote) throw std::runtime_error("cannot write " + file.string());
}

x509::IssueSpec broker_spec() {
  x509::IssueSpec spec;
  spec.common_name = "broker1";
  spec.organizational_unit = "broker";
  spec.dns_names = {"localhost"};
  spec.ip_addresses = {"127.0.0.1", "::1"};
  spec.server = true;
  spec.client = false;
  return spec;
}

}  // namespace

security::Signer Holder::signer() const {
  return must(security::Signer::with_certificate(key, {certificate}));
}

void Holder::write(const std::filesystem::path& folder, const std::string& name) const {
  must(base::write_file(folder / (name + ".key"), must(key.private_pem()), kSecret));
  must(base::write_file(folder / (name + ".pem"), certificate.pem()));
}

TestCa::TestCa(const std::string& common_name) : holder_(self_signed(common_name)) {}

TestCa TestCa::under(const TestCa& root, const std::string& common_name) {
  x509::IssueSpec spec;
  spec.common_name = common_name;
  spec.valid_for = kYears;
  spec.ca = true;
  return TestCa(root.issue(spec));
}

TestCa TestCa::from_folder(const std::filesystem::path& folder) {
  return TestCa(Holder{must(x509::Key::private_from_file(folder / "ca.key")),
                       must(x509::Certificate::from_file(folder / "ca.pem"))});
}

Holder TestCa::issue(const x509::IssueSpec& spec) const {
  auto key = must(x509::Key::generate_p256());
  auto certificate = must(x509::issue(spec, key, &holder_.certificate, holder_.key));
  return {std::move(key), std::move(certificate)};
}

Holder TestCa::issue_node(const std::string& identity) const {
  x509::IssueSpec spec;
  spec.common_name = identity;
  spec.dns_names = {identity};
  spec.valid_for = kYears;
  spec.server = true;
  return issue(spec);
}

Holder TestCa::issue_member(const std::string& name, const std::string& role) const {
  x509::IssueSpec spec;
  spec.common_name = name;
  spec.organizational_unit = role;
  return issue(spec);
}

x509::CaCrl TestCa::crl(x509::CaCrlSpec spec) const {
  constexpr std::int64_t kMinute = 60'000;
  if (spec.this_update_ms == 0) spec.this_update_ms = base::SystemClock().unix_ms() - kMinute;
  return must(x509::issue_ca_crl(spec, certificate(), key()));
}

Holder TestCa::issue_issuer(const std::string& name, const security::IssuerLimits& limits) const {
  x509::IssueSpec spec;
  spec.common_name = name;
  spec.organizational_unit = "issuer";
  spec.purpose_oid = security::kIssuerPurposeOid;
  spec.statement_oid = security::kIssuerLimitsOid;
  spec.statement = security::limits_text(limits);
  return issue(spec);
}

TestPki::TestPki()
    : folder_(std::filesystem::temp_directory_path() / ("muster-pki-" + base::random_id())),
      root_("Muster operator root"),
      orchestrator_root_("Muster orchestrator root"),
      puppet_ca_("Puppet CA: test"),
      operator_holder_(root_.issue_member("alice", "operator")),
      orchestrator_(orchestrator_root_.issue_member("orchestrator1", "orchestrator")),
      broker_(root_.issue(broker_spec())),
      issuer_(root_.issue_issuer("issuer1", wide_limits())) {
  must(base::make_folder(folder_, 0700));
  root_.holder().write(folder_, "root");
  orchestrator_root_.holder().write(folder_, "orchestrator-root");
  orchestrator_root_.issue_member(security::kWatcherName, "broker").write(folder_, "watcher");
  operator_holder_.write(folder_, "operator");
  orchestrator_.write(folder_, "orchestrator");
  broker_.write(folder_, "broker");
  must(base::write_file(folder_ / "puppet-ca.pem", puppet_ca_.certificate().pem()));
  must(base::write_file(folder_ / "root.crl", root_.crl().pem()));
  must(base::write_file(folder_ / "orchestrator-root.crl", orchestrator_root_.crl().pem()));
}

TestPki::~TestPki() {
  std::error_code ignored;  // a leftover in /tmp must not fail a test that passed
  std::filesystem::remove_all(folder_, ignored);
}

void TestPki::trust(security::TrustStore& store) const {
  must(store.add(root_.certificate(), security::Root::operators));
  must(store.add(orchestrator_root_.certificate(), security::Root::orchestrators));
}

Holder TestPki::node(const std::string& identity) const {
  auto node = puppet_ca_.issue_node(identity);
  node.write(folder_, identity);
  return node;
}

security::TokenFile TestPki::join_token(
    std::uint16_t join_port, std::uint16_t node_port, std::int64_t now_ms,
    const std::function<void(security::JoinClaims&)>& change) const {
  auto key = must(x509::Key::generate_p256());
  security::JoinClaims claims;
  claims.id = base::random_id();
  claims.collective = "main";
  claims.identities = {"*"};
  claims.issued_at_ms = now_ms / 1000 * 1000;
  claims.expires_at_ms = claims.issued_at_ms + 3'600'000;
  claims.uses = 0;
  claims.key = must(security::jwk_from_key(key));
  if (change) change(claims);
  auto token = must(security::sign_token(claims, issuer_.certificate, issuer_.key));
  return {std::move(token),
          std::move(key),
          {fmt::format("localhost:{}", join_port)},
          {fmt::format("localhost:{}", node_port)},
          "join",
          "join-password-of-the-tests",
          root_.certificate().pem(),
          orchestrator_root_.certificate().pem(),
          std::move(claims)};
}

security::IssuerLimits wide_limits() {
  security::IssuerLimits limits;
  limits.identities = {"*"};
  limits.life_s = security::kTokenLifeMaxS;
  limits.master = true;
  limits.replace = true;
  limits.extensions = {"pp_role", "pp_environment"};
  return limits;
}

void write_ssldir(const std::filesystem::path& ssldir, const std::string& identity,
                  const Holder& node, const x509::Certificate& ca) {
  for (const auto* part : {"certs", "private_keys"}) must(base::make_folder(ssldir / part));
  const auto file = identity + ".pem";
  write_fast(ssldir / "private_keys" / file, must(node.key.private_pem()), kSecret);
  write_fast(ssldir / "certs" / file, node.certificate.pem(), kPublic);
  write_fast(ssldir / "certs" / "ca.pem", ca.pem(), kPublic);
}

}  // namespace muster::test
