// Join tokens that no root has signed, or for something else.
#include <openssl/hmac.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include "orchestrator/client/link.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/names.hpp"
#include "proto/base/value.hpp"
#include "proto/security/join_token.hpp"
#include "proto/security/jws.hpp"
#include "tests/attack/row.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/ledger/ledger_at_work.hpp"
#include "tests/support/memory_bus/memory_bus.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::attack {
namespace {

class Token : public testing::Test {
 protected:
  // An honest token still verifies: the attack harmed nobody else.
  void TearDown() override {
    EXPECT_TRUE(security::verify_token(signed_text(token_), pki_.root().certificate(), now_));
  }
  std::string signed_text(const security::JoinClaims& token) const {
    return security::sign_token(token, pki_.issuer().certificate, pki_.issuer().key).value();
  }
  std::string payload() const {
    return base::from_base64url(security::jws_split(signed_text(token_)).value().payload).value();
  }
  // Header and payload, with the good issuer's certificate; `more` goes into the header.
  std::string unsigned_part(const std::string& algorithm, const std::string& more = "") const {
    const Value x5c = base::to_base64(pki_.issuer().certificate.der());
    const auto header =
        R"({"alg":")" + algorithm + R"(","typ":"JWT","x5c":[)" + x5c.dump() + "]" + more + "}";
    return base::to_base64url(header) + "." + base::to_base64url(payload());
  }
  // With the dot in front of it.
  static std::string signature_of(const std::string& text) { return text.substr(text.rfind('.')); }
  static void expect_not_usable(const security::JoinClaims& token, std::int64_t now_ms, Errc why) {
    const auto usable = security::usable_by(token, "web1", now_ms);
    ASSERT_FALSE(usable);
    EXPECT_EQ(usable.error().code, why) << usable.error().message;
  }
  void expect_refused(const std::string& text) const {
    const auto token = security::verify_token(text, pki_.root().certificate(), now_);
    ASSERT_FALSE(token);
    EXPECT_FALSE(token.error().message.empty());
  }

  test::TestPki pki_;
  const std::int64_t now_ = std::int64_t{std::time(nullptr)} * 1000;
  security::JoinClaims token_ = pki_.join_token(8884, 8883, now_).claims;
};

TEST_F(Token, WithoutASignatureIsNone) {
  row("stranger on the network", "alg none", "refused: the header is compared, not read");
  expect_refused(unsigned_part("none") + ".");
}

TEST_F(Token, APublicKeyIsNoSecret) {
  row("holder of a join token", "alg HS256, with the issuer's public key as the secret",
      "refused: the header is compared, not read");
  const auto text = unsigned_part("HS256");
  const auto key = pki_.issuer().certificate.public_key().public_der();
  unsigned char mac[32];
  unsigned int size = sizeof mac;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &size);
  expect_refused(text + "." +
                 base::to_base64url({reinterpret_cast<const char*>(mac), std::size_t{size}}));
}

TEST_F(Token, AKeyInTheHeaderIsNotUsed) {
  row("holder of a join token", "a header with a key of one's own (jwk)",
      "refused: the header is compared, not read");
  const auto own = x509::Key::generate_p256().value();
  const auto text = unsigned_part("ES256", R"(,"jwk":{"kty":"EC"})");
  const auto whole = security::jws_sign(payload(), own, pki_.issuer().certificate).value();
  expect_refused(text + signature_of(whole));
}

TEST_F(Token, AChangedClaimIsRefused) {
  row("holder of a join token", "the token's names widened to *",
      "refused: not signed by the root");
  token_.identities = {"web-*"};
  auto claims = Value::parse(payload());
  claims["identities"] = {"*"};
  const auto& issuer = pki_.issuer();
  const auto wide = security::jws_sign(claims.dump(), issuer.key, issuer.certificate).value();
  EXPECT_TRUE(security::verify_token(wide, pki_.root().certificate(), now_))
      << "the issuer may make such a token";
  expect_refused(wide.substr(0, wide.rfind('.')) + signature_of(signed_text(token_)));
}

TEST_F(Token, AnotherRootsTokenIsRefused) {
  row("stranger on the network", "a token of a root of one's own, named like ours",
      "refused: not signed by the root");
  const test::TestCa other(pki_.root().certificate().common_name());
  const auto issuer = other.issue_issuer("issuer1", test::wide_limits());
  expect_refused(security::jws_sign(payload(), issuer.key, issuer.certificate).value());
}

TEST_F(Token, ASignatureOfZerosIsRefused) {
  row("stranger on the network", "a signature of zeros (CVE-2022-21449)", "refused");
  const auto good = signed_text(token_);
  expect_refused(good.substr(0, good.rfind('.')) + "." +
                 base::to_base64url(std::string(security::kEs256SignatureBytes, '\0')));
}

TEST_F(Token, ALongTokenIsNotRead) {
  row("issuer", "a token of 33 KiB, as many names and extensions as there may be",
      "refused: the limit is named");
  auto limits = test::wide_limits();
  limits.extensions.clear();
  token_.identities.assign(security::kTokenIdentitiesMax, std::string(base::kNameMaxBytes, 'x'));
  for (std::size_t i = 0; i < security::kTokenExtensionsMax; ++i) {
    const auto name = "1.3.6.1.4.1.34380.1.2." + std::to_string(i);
    limits.extensions.push_back(name);
    token_.extensions[name] = std::string(security::kExtensionValueMaxBytes, 'x');
  }
  const auto issuer = pki_.root().issue_issuer("issuer2", limits);
  const auto text =
      security::jws_sign(security::claims_text(token_), issuer.key, issuer.certificate).value();
  ASSERT_GT(text.size(), security::kTokenMaxBytes);
  expect_refused(text);
  token_ = pki_.join_token(8884, 8883, now_).claims;
}

TEST_F(Token, AnIssuerMakesNothingBeyondItsLimits) {
  row("issuer",
      "tokens for any name, for masters, that replace, without end, beyond its certificate",
      "refused: told what the issuer may make");
  auto limits = test::wide_limits();
  limits.identities = {"web-*"};
  limits.life_s = 24 * 3600;
  limits.master = limits.replace = false;
  const auto issuer = pki_.root().issue_issuer("issuer2", limits);
  const auto text_of = [&](const std::function<void(security::JoinClaims&)>& change) {
    auto claims = token_;
    claims.identities = {"web-*"};
    change(claims);
    return security::jws_sign(security::claims_text(claims), issuer.key, issuer.certificate)
        .value();
  };
  EXPECT_TRUE(security::verify_token(text_of([](auto&) {}), pki_.root().certificate(), now_));
  expect_refused(text_of([](auto& claims) { claims.identities = {"*"}; }));
  expect_refused(text_of([](auto& claims) {
    claims.master = true;
    claims.issues = {"*"};
  }));
  expect_refused(text_of([](auto& claims) { claims.replace = true; }));
  expect_refused(text_of([](auto& claims) { claims.expires_at_ms += 48 * 3'600'000LL; }));
}

TEST_F(Token, AnIssuerDatesNoneAhead) {
  row("issuer", "tokens of a day each, dated for the days of the coming year",
      "refused: told from when each is good");
  auto later = token_;
  constexpr std::int64_t kWeekMs = 7LL * 24 * 3'600'000;
  later.issued_at_ms += kWeekMs;
  later.expires_at_ms += kWeekMs;
  expect_not_usable(later, now_, Errc::refused);
  EXPECT_TRUE(security::usable_by(later, "web1", later.issued_at_ms));
}

TEST_F(Token, AnExpiredTokenIsOver) {
  row("holder of a join token", "a token after its end", "refused: told when it ended");
  expect_not_usable(token_, token_.expires_at_ms, Errc::expired);
}

TEST_F(Token, ANameThatItDoesNotCoverIsRefused) {
  row("holder of a join token", "a token for web-* used for db1", "refused: told whom it is for");
  token_.identities = {"web-*"};
  EXPECT_TRUE(security::usable_by(token_, "web-1", now_));
  for (const auto* name :
       {"db1", "xweb-1", "web", "web-1/../db1", "WEB-1", "web-\xd0\xb0", "web-1\n"})
    EXPECT_FALSE(security::usable_by(token_, name, now_)) << name;
}

TEST_F(Token, APatternIsNoRegularExpression) {
  row("holder of a join token", "names that a pattern would match as a regular expression",
      "refused");
  EXPECT_FALSE(security::glob_match("web.example", "webxexample"));
  EXPECT_FALSE(security::check_identity_glob("web|db"));
  EXPECT_FALSE(security::check_identity_glob("[a-z]*"));
  EXPECT_FALSE(security::check_identity_glob("web/+"));
}

TEST_F(Token, WhatTheBrokerForgotStaysSpent) {
  row("broker",
      "loses all uses and revocations of join tokens while no orchestrator runs, so that "
      "a spent token is good again",
      "refused: each orchestrator has them on disk; told as put back");
  const fakes::TempFolder folder;
  const base::SystemClock clock;
  token_.uses = 1;
  const auto use = [&](test::MemoryBroker& broker, const std::string& name) -> Status {
    client::Link link(broker.connect("o1"), pki_.orchestrator().signer(), "main", clock);
    pki_.trust(link.operators());
    const auto ledger = test::LedgerAtWork::open(link, {.file = folder / "tokens.db"}).value();
    return ledger->use(token_, {name, "key of " + name, ""}, false);
  };
  test::MemoryBroker before;
  test::MemoryBroker anew;
  ASSERT_TRUE(use(before, "web1"));
  const auto again = use(anew, "web2");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::refused) << again.error().message;
  EXPECT_TRUE(use(anew, "web1")) << "it has used it";
}

}  // namespace
}  // namespace muster::attack
