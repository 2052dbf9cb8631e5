#include "proto/security/join_token.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include "proto/base/encoding.hpp"
#include "proto/base/value.hpp"
#include "proto/security/jwk.hpp"
#include "proto/security/jws.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::security {
namespace {

using testing::AllOf;
using testing::HasSubstr;
class JoinTokenTest : public testing::Test {
 protected:
  JoinTokenTest() {
    token_.id = "t-1";
    token_.collective = "main";
    token_.identities = {"web-*.example", "db?"};
    token_.issued_at_ms = now_;
    token_.expires_at_ms = now_ + 3'600'000;
    token_.key = jwk_from_key(key_).value();
  }

  std::string text() { return sign_token(token_, issuer_.certificate, issuer_.key).value(); }
  static Value payload(const std::string& text) {
    const auto parts = jws_split(text).value();
    return Value::parse(base::from_base64url(parts.payload).value());
  }
  // A token with the claims changed and properly signed again.
  template <class Change>
  std::string resigned(Change change) {
    auto claims = payload(text());
    change(claims);
    return jws_sign(claims.dump(), issuer_.key, issuer_.certificate).value();
  }
  Error refusal(const std::string& text) {
    auto token = verify_token(text, root_.certificate(), now_);
    return token ? Error{Errc::unknown, "accepted"} : token.error();
  }

  const std::int64_t now_ = std::int64_t{std::time(nullptr)} * 1000;
  test::TestCa root_{"Muster operator root"};
  test::TestCa other_{"Muster operator root"};
  test::Holder issuer_ = root_.issue_issuer("issuer1", test::wide_limits());
  x509::Key key_ = x509::Key::generate_p256().value();
  JoinClaims token_;
};

TEST_F(JoinTokenTest, ComesBackAsItWas) {
  token_.master = true;
  token_.issues = {"web*"};
  token_.serves = {{"country", "de"}};
  token_.replace = true;
  token_.uses = 7;
  token_.workflow = "puppet";
  token_.extensions = {{"pp_role", "web"}};
  token_.alternative_names = {"www*", "IP:192.0.2.1"};
  const auto back = verify_token(text(), root_.certificate(), now_);
  ASSERT_TRUE(back) << back.error().message;
  const auto& claims = back->claims;
  EXPECT_EQ(claims.id, "t-1");
  EXPECT_EQ(claims.collective, "main");
  EXPECT_EQ(claims.identities, token_.identities);
  EXPECT_TRUE(claims.master);
  EXPECT_TRUE(claims.replace);
  EXPECT_EQ(claims.uses, 7U);
  EXPECT_EQ(claims.workflow, "puppet");
  EXPECT_EQ(claims.extensions, token_.extensions);
  EXPECT_EQ(claims.alternative_names, token_.alternative_names);
  EXPECT_EQ(claims.issues, token_.issues);
  EXPECT_EQ(claims.serves, token_.serves);
  EXPECT_EQ(claims.issued_at_ms, now_);
  EXPECT_EQ(claims.expires_at_ms, now_ + 3'600'000);
  EXPECT_TRUE(key_from_jwk(claims.key)->same_public(key_));
  EXPECT_EQ(back->issuer.common_name(), "issuer1");
}

TEST_F(JoinTokenTest, NothingThatTravelsIsASecret) {
  for (const auto* secret : {"password", "brokers", "PRIVATE"})
    EXPECT_THAT(payload(text()).dump(), testing::Not(HasSubstr(secret)));
}

TEST_F(JoinTokenTest, TheRootItselfSignsNoTokens) {
  const auto by_root = jws_sign(payload(text()).dump(), root_.key(), root_.certificate()).value();
  EXPECT_THAT(refusal(by_root).message, HasSubstr("no issuer of this operator root"));
}

TEST_F(JoinTokenTest, AnOperatorsCertificateSignsNoTokens) {
  for (const auto* role : {"operator", "orchestrator", "broker", ""}) {
    const auto member = root_.issue_member("mallory", role);
    const auto forged = jws_sign(payload(text()).dump(), member.key, member.certificate).value();
    EXPECT_THAT(refusal(forged).message, HasSubstr("no issuer of this operator root")) << role;
  }
}

TEST_F(JoinTokenTest, AnIssuerCannotMakeFurtherIssuers) {
  const test::TestCa false_ca("issuer1");
  const auto below = false_ca.issue_issuer("mine", test::wide_limits());
  const auto forged = jws_sign(payload(text()).dump(), below.key, below.certificate).value();
  EXPECT_EQ(refusal(forged).code, Errc::refused);
}

TEST_F(JoinTokenTest, AnIssuersEndIsTheEndOfItsTokens) {
  const auto late = issuer_.certificate.not_after_ms() + 1;
  const auto expired = verify_token(text(), root_.certificate(), late);
  ASSERT_FALSE(expired);
  EXPECT_THAT(expired.error().message, HasSubstr("expired"));
}

TEST_F(JoinTokenTest, UnknownClaimsAreRefusedForTheyMightRestrict) {
  EXPECT_THAT(refusal(resigned([](Value& claims) { claims["only_on"] = "monday"; })).message,
              HasSubstr("'only_on' is unknown"));
}

TEST_F(JoinTokenTest, ProofsOfOneKindOrOfOtherContentAreNotTheSameBytes) {
  const ProofContent content{"nonce", "client", "web-1", "key"};
  const auto bytes = proof_bytes(kTokenKeyPurpose, content);
  EXPECT_NE(bytes, proof_bytes(kOldKeyPurpose, content));
  EXPECT_NE(bytes, proof_bytes(kTokenKeyPurpose, {"other", "client", "web-1", "key"}));
  EXPECT_NE(bytes, proof_bytes(kTokenKeyPurpose, {"nonce", "other", "web-1", "key"}));
  EXPECT_NE(bytes, proof_bytes(kTokenKeyPurpose, {"nonce", "client", "web-2", "key"}));
  EXPECT_NE(bytes, proof_bytes(kTokenKeyPurpose, {"nonce", "client", "web-1", "other"}));
}

TEST_F(JoinTokenTest, FurtherCollectivesAreWordsAndNotTooMany) {
  token_.collectives = {"emea", "web"};
  const auto back = verify_token(text(), root_.certificate(), now_);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->claims.collectives, token_.collectives);
  const auto refused = [this](const Value& value) {
    return refusal(resigned([&](Value& claims) { claims["collectives"] = value; })).message;
  };
  EXPECT_THAT(refused({"Emea"}), AllOf(HasSubstr("'collectives'"), HasSubstr("'Emea'")));
  EXPECT_THAT(refused("emea"), HasSubstr("collectives"));
  EXPECT_THAT(refused({1}), HasSubstr("collectives"));
  const std::vector<std::string> many(kTokenCollectivesMax + 1, "emea");
  EXPECT_THAT(refused(many), HasSubstr("collectives"));
  token_.collectives = many;
  EXPECT_FALSE(sign_token(token_, issuer_.certificate, issuer_.key));
}

TEST_F(JoinTokenTest, AnotherRootOfTheSameNameIsRefused) {
  EXPECT_EQ(verify_token(text(), other_.certificate(), now_).error().code, Errc::refused);
}

std::string with_header(const std::string& text, std::string_view header) {
  return base::to_base64url(header) + text.substr(text.find('.'));
}

TEST_F(JoinTokenTest, NoOtherHeaderIsAccepted) {
  const auto good = base::from_base64url(text().substr(0, text().find('.'))).value();
  const auto changed = [&good](std::string_view from, std::string_view to) {
    auto header = good;
    return header.replace(header.find(from), from.size(), to);
  };
  for (const std::string& header :
       {std::string(R"({"alg":"none"})"), std::string(R"({"alg":"ES256","typ":"JWT"})"),
        changed("ES256", "none"), changed("ES256", "HS256"), changed("ES256", "RS256"),
        changed("ES256", "es256"), changed("JWT", "jwt"), changed("{", "{ "),
        changed(R"(,"x5c")", R"(,"jwk":{},"x5c")"), changed(R"("]})", R"(=="]})"),
        changed(R"("]})", R"(","AAAA"]})"), std::string()}) {
    EXPECT_NE(refusal(with_header(text(), header)).message, "accepted") << header;
    const auto unsigned_text = with_header(text(), header);
    EXPECT_FALSE(verify_token(unsigned_text.substr(0, unsigned_text.rfind('.') + 1),
                              root_.certificate(), now_))
        << header;
  }
}

// The classic: the public key taken for an HMAC secret. The signature has 32 bytes then.
TEST_F(JoinTokenTest, HmacSizedAndDerSignaturesAreRefused) {
  const auto input = text().substr(0, text().rfind('.'));
  EXPECT_THAT(refusal(input + "." + base::to_base64url(std::string(32, 'x'))).message,
              HasSubstr("32 bytes"));
  const auto der = issuer_.key.sign(input).value();
  EXPECT_FALSE(verify_token(input + "." + base::to_base64url(der), root_.certificate(), now_));
}

TEST_F(JoinTokenTest, ZeroSignatureIsRefused) {  // CVE-2022-21449
  const auto input = text().substr(0, text().rfind('.'));
  EXPECT_EQ(refusal(input + "." + base::to_base64url(std::string(64, '\0'))).code, Errc::refused);
}

TEST_F(JoinTokenTest, ChangedPayloadIsRefusedBeforeItIsRead) {
  auto claims = payload(text());
  claims["identities"] = {"*"};
  const auto good = text();
  const auto forged = good.substr(0, good.find('.') + 1) + base::to_base64url(claims.dump()) +
                      good.substr(good.rfind('.'));
  EXPECT_EQ(refusal(forged).code, Errc::refused);
  const auto unreadable =
      good.substr(0, good.find('.') + 1) + base::to_base64url("{") + good.substr(good.rfind('.'));
  EXPECT_EQ(refusal(unreadable).code, Errc::refused);
}

TEST_F(JoinTokenTest, FormErrorsAreErrors) {
  for (const std::string bad : {"", ".", "..", "a.b", "a.b.c.d", "nonsense"})
    EXPECT_FALSE(verify_token(bad, root_.certificate(), now_)) << bad;
  EXPECT_FALSE(verify_token(text() + "=", root_.certificate(), now_));
  EXPECT_FALSE(verify_token(" " + text(), root_.certificate(), now_));
  EXPECT_EQ(refusal(std::string(kTokenMaxBytes + 1, 'x')).code, Errc::limit);
}

TEST_F(JoinTokenTest, EveryClaimIsRequiredAndNamedWhenMissing) {
  const auto all = payload(text());
  for (const auto& [name, value] : all.items()) {
    const auto missing = refusal(resigned([&](Value& claims) { claims.erase(name); }));
    EXPECT_EQ(missing.code, Errc::invalid_data);
    EXPECT_THAT(missing.message, AllOf(HasSubstr("'" + name + "'"), HasSubstr("missing")));
  }
}

TEST_F(JoinTokenTest, EveryClaimOfAWrongTypeIsNamed) {
  const auto all = payload(text());
  for (const auto& [name, value] : all.items())
    for (const Value& wrong : {Value(nullptr), Value(1.5), Value::object(), Value({1, 2})}) {
      const auto refused = refusal(resigned([&](Value& claims) { claims[name] = wrong; }));
      EXPECT_EQ(refused.code, Errc::invalid_data);
      EXPECT_THAT(refused.message, HasSubstr("'" + name + "'")) << wrong;
    }
}

TEST_F(JoinTokenTest, ClaimsBeyondTheirLimitsAreRefused) {
  const std::vector<std::pair<std::string, Value>> wrong = {
      {"uses", kTokenUsesMax + 1},
      {"uses", -1},
      {"uses", std::numeric_limits<std::uint64_t>::max()},
      {"exp", -1},
      {"exp", now_ / 1000},  // not after iat
      {"exp", std::numeric_limits<std::int64_t>::max()},
      {"identities", Value::array()},
      {"identities", Value(65, "n")},
      {"identities", {"UPPER*"}},
      {"identities", {"a/b"}},
      {"identities", {""}},
      {"collective", "Not/AWord"},
      {"jti", "a/b"},
      {"jti", ""},
      {"workflow", "Not A Word"},
      {"extensions", {{"pp_role", ""}}},
      {"extensions", Value::object()},
      {"cnf", {{"jwk", Value::object()}}},
      {"cnf", {{"kid", "x"}}}};
  for (const auto& [name, value] : wrong) {
    const auto refused = refusal(resigned([&](Value& claims) { claims[name] = value; }));
    EXPECT_TRUE(refused.code == Errc::invalid_data || refused.code == Errc::limit) << value;
    EXPECT_THAT(refused.message, HasSubstr("'" + name + "'")) << value;
  }
}

TEST_F(JoinTokenTest, BadTokensAreNeverSigned) {
  auto token = token_;
  token.identities = {};
  EXPECT_EQ(sign_token(token, issuer_.certificate, issuer_.key).error().code, Errc::limit);
  EXPECT_THAT(sign_token(token_, issuer_.certificate, other_.key()).error().message,
              HasSubstr("not that of issuer 'issuer1'"));
}

TEST_F(JoinTokenTest, IsForTheIdentitiesItNames) {
  EXPECT_TRUE(usable_by(token_, "web-1.example", now_));
  EXPECT_TRUE(usable_by(token_, "db1", now_));
  const auto refused = usable_by(token_, "db10", now_);
  EXPECT_EQ(refused.error().code, Errc::refused);
  EXPECT_EQ(refused.error().message, "token t-1 is for web-*.example, db?, not for 'db10'");
  EXPECT_EQ(usable_by(token_, "WEB-1.example", now_).error().code, Errc::invalid_data);
}

// Or an issuer could make tokens today that are good for years, each for a day.
TEST_F(JoinTokenTest, IsNotGoodBeforeItsTimeBegins) {
  const auto ahead = token_.issued_at_ms - kTokenAheadMaxMs;
  EXPECT_TRUE(usable_by(token_, "db1", ahead));
  const auto early = usable_by(token_, "db1", ahead - 1);
  EXPECT_EQ(early.error().code, Errc::refused);
  EXPECT_THAT(early.error().message, HasSubstr("is good from"));
}

TEST_F(JoinTokenTest, ExpiresToTheMillisecond) {
  EXPECT_TRUE(usable_by(token_, "db1", token_.expires_at_ms - 1));
  const auto expired = usable_by(token_, "db1", token_.expires_at_ms);
  EXPECT_EQ(expired.error().code, Errc::expired);
  EXPECT_THAT(expired.error().message, HasSubstr("muster token create"));
}

}  // namespace
}  // namespace muster::security
