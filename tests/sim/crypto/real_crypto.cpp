#include "proto/security/trust_store.hpp"
#include "tests/sim/crypto/crypto.hpp"

namespace muster::sim {
namespace {

class RealAnchors final : public Anchors {
 public:
  explicit RealAnchors(const base::Clock& clock) : clock_(clock), store_(clock) {}

  Status add(const x509::Certificate& anchor, security::Root root) override {
    return store_.add(anchor, root);
  }
  Result<security::Verified> verify(const std::vector<std::string>& chain_der) const override {
    return store_.verify(chain_der);
  }
  Result<security::VerifiedToken> verify_token(const std::string& text) const override {
    return security::verify_token(text, store_.anchors_of(security::Root::operators),
                                  clock_.unix_ms());
  }
  Status check(const x509::Key& key, std::string_view bytes,
               std::string_view signature) const override {
    return store_.check(key, bytes, signature);
  }

 private:
  const base::Clock& clock_;
  security::TrustStore store_;
};

class RealCrypto final : public Crypto {
 public:
  x509::Key make_key() override { return x509::Key::generate_p256().value(); }
  Result<std::string> sign(const x509::Key& key, std::string_view bytes) const override {
    return key.sign(bytes);
  }
  Result<x509::Certificate> issue(const x509::IssueSpec& spec, const x509::Key& subject,
                                  const x509::Certificate* issuer,
                                  const x509::Key& issuer_key) override {
    return x509::issue(spec, subject, issuer, issuer_key);
  }
  x509::Key make_token_key() override { return make_key(); }
  Result<std::string> sign_token(const security::JoinClaims& claims,
                                 const x509::Certificate& issuer,
                                 const x509::Key& issuer_key) const override {
    return security::sign_token(claims, issuer, issuer_key);
  }
  std::unique_ptr<Anchors> anchors(const base::Clock& clock) const override {
    return std::make_unique<RealAnchors>(clock);
  }
  bool repeats() const override { return false; }  // each signature has chance in it
};

}  // namespace

std::unique_ptr<Crypto> real_crypto() {
  return std::make_unique<RealCrypto>();
}

}  // namespace muster::sim
