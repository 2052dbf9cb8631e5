// The certificates of a whole small installation, made in a temporary folder: an operator root with
// operator and broker, an orchestrator root with orchestrator and watcher, and Puppet CAs with nodes. Keys are P-256 throughout, so that
// it takes milliseconds.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/security/signer.hpp"
#include "proto/security/token_file.hpp"
#include "proto/security/trust_store.hpp"
#include "proto/x509/ca_crl.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/key.hpp"

namespace muster::test {

// A key with its certificate.
struct Holder {
  x509::Key key;
  x509::Certificate certificate;

  security::Signer signer() const;
  // NAME.key (0600) and NAME.pem in `folder`.
  void write(const std::filesystem::path& folder, const std::string& name) const;
};

// A CA of either kind. Every failure is ours and ends the test by an exception.
class TestCa {
 public:
  explicit TestCa(const std::string& common_name);
  // One that `root` certifies.
  static TestCa under(const TestCa& root, const std::string& common_name);
  // Restores a CA that was written as ca.key and ca.pem.
  static TestCa from_folder(const std::filesystem::path& folder);

  const x509::Key& key() const { return holder_.key; }
  const x509::Certificate& certificate() const { return holder_.certificate; }
  const Holder& holder() const { return holder_; }

  Holder issue(const x509::IssueSpec& spec) const;
  // As Puppet issues it: CN and DNS name are the identity, for client and server.
  Holder issue_node(const std::string& identity) const;
  // Its revocation list, current for as long as the CA, unless `spec` says otherwise.
  x509::CaCrl crl(x509::CaCrlSpec spec = {}) const;
  // As `muster issuer create` issues it.
  Holder issue_issuer(const std::string& name, const security::IssuerLimits& limits) const;
  // As `muster init` issues it: the role is the organizational unit.
  Holder issue_member(const std::string& name, const std::string& role) const;

 private:
  explicit TestCa(Holder holder) : holder_(std::move(holder)) {}
  Holder holder_;
};

// Files in folder(), which goes with the object:
//   root.pem root.key, operator.*, broker.* (localhost, 127.0.0.1, ::1), orchestrator-root.pem
//   orchestrator-root.key, orchestrator.*, watcher.*, puppet-ca.pem, root.crl and orchestrator-root.crl, which revoke nobody
class TestPki {
 public:
  TestPki();
  ~TestPki();
  TestPki(const TestPki&) = delete;
  TestPki& operator=(const TestPki&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  const TestCa& root() const { return root_; }
  const TestCa& orchestrator_root() const { return orchestrator_root_; }
  const TestCa& puppet_ca() const { return puppet_ca_; }
  const Holder& operator_() const { return operator_holder_; }  // CN "alice"
  const Holder& orchestrator() const { return orchestrator_; }  // CN "orchestrator1"
  const Holder& broker() const { return broker_; }              // CN "broker1"

  // Makes `store` one that believes operators and orchestrators.
  void trust(security::TrustStore& store) const;

  // Issued by puppet_ca() and written as IDENTITY.key and IDENTITY.pem.
  Holder node(const std::string& identity) const;

  const Holder& issuer() const { return issuer_; }  // CN "issuer1", may make every token

  // The file of a valid join token of issuer(): brokers on localhost, identities "*", an hour, any
  // number of uses. `change` may alter the claims before they are signed.
  security::TokenFile join_token(
      std::uint16_t join_port, std::uint16_t node_port, std::int64_t now_ms,
      const std::function<void(security::JoinClaims&)>& change = {}) const;

 private:
  std::filesystem::path folder_;
  TestCa root_;
  TestCa orchestrator_root_;
  TestCa puppet_ca_;
  Holder operator_holder_;
  Holder orchestrator_;
  Holder broker_;
  Holder issuer_;
};

// An issuer's limits that allow every token of up to ten years.
security::IssuerLimits wide_limits();

// Puppet's ssldir, written without waiting for the disk: certs/IDENTITY.pem,
// private_keys/IDENTITY.pem (0600), certs/ca.pem.
void write_ssldir(const std::filesystem::path& ssldir, const std::string& identity,
                  const Holder& node, const x509::Certificate& ca);

}  // namespace muster::test
