// Requests that nobody entitled has signed.
#include <openssl/x509.h>

#include "tests/attack/gate.hpp"
#include "tests/support/fakes/body_of.hpp"

namespace muster::attack {
namespace {

using agent::GateSurroundings;
using envelope::Kind;

class Forgery : public Gate {
 protected:
  void expect_dropped(const std::string& message) {
    EXPECT_FALSE(is_answered(message));
    EXPECT_EQ(counted_.unverified, 1U);
    EXPECT_EQ(audited("unverified"), 1U);
  }
  // A request in the name of its own certificate.
  void expect_dropped_of(const test::Holder& holder) {
    auto wire = request();
    wire.caller = holder.certificate.common_name();
    expect_dropped(GateSurroundings::sealed_by(holder, wire));
  }
};

TEST_F(Forgery, AnAlteredBodyIsDropped) {
  row("stranger on the network", "change the action of a request under way", "counted, audited");
  auto sealed = envelope::decode(around_.sealed(request())).value();
  auto changed = request();
  changed.action = "other";
  sealed.body = test::body_of(changed);
  expect_dropped(envelope::encode(sealed).value());
}

TEST_F(Forgery, AForgedSignatureIsDropped) {
  row("stranger on the network", "an operator's certificate with a key of one's own",
      "counted, audited");
  auto sealed = envelope::decode(around_.sealed(request())).value();
  const auto own = x509::Key::generate_p256().value();
  sealed.signature = own.sign(envelope::signed_bytes(sealed.kind, sealed.body)).value();
  expect_dropped(envelope::encode(sealed).value());
}

TEST_F(Forgery, ARootOfTheSameNameIsNobodys) {
  row("stranger on the network", "a root of one's own that is named like ours", "counted, audited");
  const test::TestCa other(around_.pki.root().certificate().common_name());
  expect_dropped(GateSurroundings::sealed_by(other.issue_member("alice", "operator"), request()));
}

TEST_F(Forgery, ASelfSignedCertificateIsNobodys) {
  row("stranger on the network", "a self-signed certificate of role operator", "counted, audited");
  const auto key = x509::Key::generate_p256().value();
  x509::IssueSpec spec;
  spec.common_name = "alice";
  spec.organizational_unit = "operator";
  const auto certificate = x509::issue(spec, key, nullptr, key).value();
  expect_dropped(GateSurroundings::sealed_by({key, certificate}, request()));
}

TEST_F(Forgery, ABareKeyCommandsNobody) {
  row("holder of a join token", "a request signed as in the join zone, without a certificate",
      "counted, audited");
  const auto signer = security::Signer::with_key(x509::Key::generate_p256().value());
  expect_dropped(signer.seal(Kind::request, test::body_of(request())).value());
}

TEST_F(Forgery, ANodesCertificateCommandsNobody) {
  row("stolen node", "a request signed with the node's certificate", "counted, audited");
  auto wire = request();
  wire.caller = "n2";
  expect_dropped(GateSurroundings::sealed_by(around_.pki.node("n2"), wire));
}

TEST_F(Forgery, AnOperatorsNameOfAPuppetCaCommandsNobody) {
  row("Puppet CA admin", "a certificate with an operator's name and role", "counted, audited");
  const auto impostor = around_.pki.puppet_ca().issue_member("alice", "operator");
  expect_dropped(GateSurroundings::sealed_by(impostor, request()));
}

TEST_F(Forgery, AnOperatorIssuesNoOperators) {
  row("operator", "a certificate issued with the operator's own key, its own above it",
      "counted, audited");
  const auto& alice = around_.pki.operator_();
  const auto key = x509::Key::generate_p256().value();
  x509::IssueSpec spec;
  spec.common_name = "root";
  spec.organizational_unit = "operator";
  // Our own issue() refuses an issuer that is no CA; OpenSSL would do it for anybody.
  x509::Certificate certificate = x509::issue(spec, key, nullptr, key).value();
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(alice.certificate.get()));
  X509_sign(certificate.get(), alice.key.get(), EVP_sha256());
  const auto signer = security::Signer::with_certificate(
      key, {x509::Certificate::from_der(certificate.der()).value(), alice.certificate});
  auto wire = request();
  wire.caller = "root";
  expect_dropped(signer->seal(Kind::request, test::body_of(wire)).value());
}

TEST_F(Forgery, ABrokerCommandsNobody) {
  row("broker", "a request signed with the certificate of the broker's watcher",
      "counted, audited");
  expect_dropped_of(around_.pki.orchestrator_root().issue_member("watcher1", "broker"));
}

TEST_F(Forgery, AnOperatorRootMakesNoOrchestrators) {
  row("issuer", "a certificate of role orchestrator under the operator root", "counted, audited");
  expect_dropped_of(around_.pki.root().issue_member("orchestrator9", "orchestrator"));
}

TEST_F(Forgery, AnOrchestratorRootMakesNoOperators) {
  row("issuer", "a certificate of role operator under the orchestrator root", "counted, audited");
  expect_dropped_of(around_.pki.orchestrator_root().issue_member("mallory", "operator"));
}

TEST_F(Forgery, NobodySpeaksInAnothersName) {
  row("operator", "a request that says it is from somebody with more rights", "counted, audited");
  auto wire = request();
  wire.caller = "orchestrator1";
  expect_dropped(around_.sealed(wire));
}

TEST_F(Forgery, ASignedReplyPassesAsNoRequest) {
  row("operator", "a message signed as a reply, sent where requests are heard", "counted, audited");
  expect_dropped(GateSurroundings::sealed_by(around_.pki.operator_(), request(), Kind::reply));
}

TEST_F(Forgery, TheKindIsPartOfWhatIsSigned) {
  row("stranger on the network", "the kind of a signed message changed to 'request'",
      "counted, audited");
  auto sealed = envelope::decode(GateSurroundings::sealed_by(around_.pki.operator_(), request(),
                                                             Kind::registry_request))
                    .value();
  sealed.kind = Kind::request;
  expect_dropped(envelope::encode(sealed).value());
}

TEST_F(Forgery, AHomoglyphIsNoCaller) {
  row("Puppet CA admin", "a certificate of the root for 'аlice' with a Cyrillic letter",
      "counted, audited");
  const auto twin = around_.pki.root().issue_member("\xd0\xb0lice", "operator");
  auto wire = request();
  wire.caller = "\xd0\xb0lice";
  expect_dropped(GateSurroundings::sealed_by(twin, wire));
}

TEST_F(Forgery, ANameWithWildcardsOrPathsIsNoCaller) {
  row("issuer", "certificates for '+', '#', '../alice' and 'a/b'", "counted, audited");
  for (const std::string name : {"+", "#", "../alice", "a/b", "alice bob"}) {
    const auto sly = around_.pki.root().issue_member(name, "operator");
    auto wire = request();
    wire.caller = name;
    EXPECT_FALSE(is_answered(GateSurroundings::sealed_by(sly, wire))) << name;
  }
  EXPECT_EQ(counted_.unverified, 5U);
}

}  // namespace
}  // namespace muster::attack
