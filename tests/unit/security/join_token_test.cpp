#include "proto/security/join_token.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "proto/base/encoding.hpp"
#include "proto/base/value.hpp"
#include "proto/security/jws.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::security {
namespace {

using testing::AllOf;
using testing::HasSubstr;
constexpr std::int64_t kNow = 1'700'000'000'000;

class JoinTokenTest : public testing::Test {
 protected:
  JoinTokenTest() {
    token_.id = "t-1";
    token_.join_brokers = {"broker.example:8884", "[2001:db8::1]:8884"};
    token_.node_brokers = {"192.0.2.1:8883"};
    token_.join_password = "secret";
    token_.operator_root_pem = root_.certificate().pem();
    token_.orchestrator_root_pem = orchestrator_root_.certificate().pem();
    token_.collective = "main";
    token_.identities = {"web-*.example", "db?"};
    token_.issued_at_ms = kNow;
    token_.expires_at_ms = kNow + 3'600'000;
  }

  std::string text() { return sign_token(token_, root_.key()).value(); }
  static Value payload(const std::string& text) {
    const auto parts = jws_split(text).value();
    return Value::parse(base::from_base64url(parts.payload).value());
  }
  // A token with the claims changed and properly signed again.
  template <class Change>
  std::string resigned(Change change) {
    auto claims = payload(text());
    change(claims);
    return jws_sign(claims.dump(), root_.key()).value();
  }
  Error refusal(const std::string& text) {
    auto token = verify_token(text, root_.certificate());
    return token ? Error{Errc::unknown, "accepted"} : token.error();
  }

  test::TestCa root_{"Muster operator root"};
  test::TestCa other_{"Muster operator root"};
  test::TestCa orchestrator_root_{"Muster orchestrator root"};
  JoinToken token_;
};

TEST_F(JoinTokenTest, ComesBackAsItWas) {
  token_.master = true;
  token_.uses = 7;
  const auto back = verify_token(text(), root_.certificate());
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->id, "t-1");
  EXPECT_EQ(back->join_brokers, token_.join_brokers);
  EXPECT_EQ(back->node_brokers, token_.node_brokers);
  EXPECT_EQ(back->join_password, "secret");
  EXPECT_EQ(back->operator_root_pem, token_.operator_root_pem);
  EXPECT_EQ(back->orchestrator_root_pem, token_.orchestrator_root_pem);
  EXPECT_EQ(back->collective, "main");
  EXPECT_EQ(back->identities, token_.identities);
  EXPECT_TRUE(back->master);
  EXPECT_EQ(back->uses, 7U);
  EXPECT_EQ(back->issued_at_ms, kNow);
  EXPECT_EQ(back->expires_at_ms, kNow + 3'600'000);
}

TEST_F(JoinTokenTest, FurtherCollectivesAreWordsAndNotTooMany) {
  EXPECT_FALSE(payload(text()).contains("collectives")) << "older nodes know no such claim";
  token_.collectives = {"emea", "web"};
  const auto back = verify_token(text(), root_.certificate());
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->collectives, token_.collectives);
  const auto refused = [this](const Value& value) {
    return refusal(resigned([&](Value& claims) { claims["collectives"] = value; })).message;
  };
  EXPECT_THAT(refused({"Emea"}), AllOf(HasSubstr("'collectives'"), HasSubstr("'Emea'")));
  EXPECT_THAT(refused("emea"), HasSubstr("collectives"));
  EXPECT_THAT(refused({1}), HasSubstr("collectives"));
  const std::vector<std::string> many(kTokenCollectivesMax + 1, "emea");
  EXPECT_THAT(refused(many), HasSubstr("collectives"));
  token_.collectives = many;
  EXPECT_FALSE(sign_token(token_, root_.key()));
}

TEST_F(JoinTokenTest, NodeReadsItsOwnTokenFromAFileThatEndsWithANewline) {
  const auto read = read_own_token(text() + "\n", "/etc/muster/join.token");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->id, "t-1");
}

TEST_F(JoinTokenTest, OwnTokenMustBeSignedByTheRootThatItCarries) {
  auto claims = payload(text());
  const auto forged = jws_sign(claims.dump(), other_.key()).value();
  EXPECT_THAT(read_own_token(forged, "join.token").error().message,
              AllOf(HasSubstr("join.token"), HasSubstr("not signed")));
}

TEST_F(JoinTokenTest, AnotherRootOfTheSameNameIsRefused) {
  EXPECT_EQ(verify_token(text(), other_.certificate()).error().code, Errc::refused);
}

TEST_F(JoinTokenTest, SignerCannotPassAnotherRootOffAsItsOwn) {
  const auto text =
      resigned([&](Value& claims) { claims["operator_root_pem"] = other_.certificate().pem(); });
  EXPECT_EQ(refusal(text).code, Errc::refused);
  EXPECT_THAT(refusal(text).message, HasSubstr("operator_root_pem"));
}

std::string with_header(const std::string& text, std::string_view header) {
  return base::to_base64url(header) + text.substr(text.find('.'));
}

TEST_F(JoinTokenTest, NoOtherHeaderIsAccepted) {
  for (const std::string header :
       {R"({"alg":"none"})", R"({"alg":"none","typ":"JWT"})", R"({"alg":"HS256","typ":"JWT"})",
        R"({"alg":"RS256","typ":"JWT"})", R"({"alg":"ES384","typ":"JWT"})",
        R"({"alg":"es256","typ":"JWT"})", R"({"alg":"ES256"})",
        R"({"alg":"ES256","typ":"JWT","jwk":{}})", R"({"alg":"ES256","typ":"JWT","crit":["exp"]})",
        ""}) {
    EXPECT_EQ(refusal(with_header(text(), header)).code, Errc::refused) << header;
    const auto unsigned_text = with_header(text(), header);
    EXPECT_FALSE(
        verify_token(unsigned_text.substr(0, unsigned_text.rfind('.') + 1), root_.certificate()))
        << header;
  }
}

// The classic: the public key taken for an HMAC secret. The signature has 32 bytes then.
TEST_F(JoinTokenTest, HmacSizedAndDerSignaturesAreRefused) {
  const auto input = text().substr(0, text().rfind('.'));
  EXPECT_THAT(refusal(input + "." + base::to_base64url(std::string(32, 'x'))).message,
              HasSubstr("32 bytes"));
  const auto der = root_.key().sign(input).value();
  EXPECT_FALSE(verify_token(input + "." + base::to_base64url(der), root_.certificate()));
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
    EXPECT_FALSE(verify_token(bad, root_.certificate())) << bad;
  EXPECT_FALSE(verify_token(text() + "=", root_.certificate()));
  EXPECT_FALSE(verify_token(" " + text(), root_.certificate()));
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
      {"exp", kNow / 1000},  // not after iat
      {"exp", std::numeric_limits<std::int64_t>::max()},
      {"identities", Value::array()},
      {"identities", Value(65, "n")},
      {"identities", {"UPPER*"}},
      {"identities", {"a/b"}},
      {"identities", {""}},
      {"join_brokers", {"no-port"}},
      {"node_brokers", Value(17, "b:1")},
      {"join_password", ""},
      {"join_password", std::string(129, 'x')},
      {"collective", "Not/AWord"},
      {"jti", "a/b"},
      {"jti", ""}};
  for (const auto& [name, value] : wrong) {
    const auto refused = refusal(resigned([&](Value& claims) { claims[name] = value; }));
    EXPECT_TRUE(refused.code == Errc::invalid_data || refused.code == Errc::limit) << value;
    EXPECT_THAT(refused.message, HasSubstr("'" + name + "'")) << value;
  }
}

TEST_F(JoinTokenTest, UnknownClaimsAreIgnored) {
  EXPECT_TRUE(
      verify_token(resigned([](Value& claims) { claims["later"] = 1; }), root_.certificate()));
}

TEST_F(JoinTokenTest, BadTokensAreNeverSigned) {
  auto token = token_;
  token.identities = {};
  EXPECT_EQ(sign_token(token, root_.key()).error().code, Errc::limit);
  token = token_;
  token.join_brokers = {"nowhere"};
  EXPECT_THAT(sign_token(token, root_.key()).error().message, HasSubstr("'nowhere'"));
  EXPECT_THAT(sign_token(token_, other_.key()).error().message, HasSubstr("operator_root_pem"));
}

TEST_F(JoinTokenTest, IsForTheIdentitiesItNames) {
  EXPECT_TRUE(usable_by(token_, "web-1.example", kNow));
  EXPECT_TRUE(usable_by(token_, "db1", kNow));
  const auto refused = usable_by(token_, "db10", kNow);
  EXPECT_EQ(refused.error().code, Errc::refused);
  EXPECT_EQ(refused.error().message, "token t-1 is for web-*.example, db?, not for 'db10'");
  EXPECT_EQ(usable_by(token_, "WEB-1.example", kNow).error().code, Errc::invalid_data);
}

TEST_F(JoinTokenTest, ExpiresToTheMillisecond) {
  EXPECT_TRUE(usable_by(token_, "db1", token_.expires_at_ms - 1));
  const auto expired = usable_by(token_, "db1", token_.expires_at_ms);
  EXPECT_EQ(expired.error().code, Errc::expired);
  EXPECT_THAT(expired.error().message, HasSubstr("muster token create"));
}

TEST(GlobTest, StarAndQuestionMark) {
  EXPECT_TRUE(glob_match("*", ""));
  EXPECT_TRUE(glob_match("*", "anything"));
  EXPECT_TRUE(glob_match("a*c", "abbbc"));
  EXPECT_TRUE(glob_match("a*c", "ac"));
  EXPECT_TRUE(glob_match("*a*b*", "xxaxxbxx"));
  EXPECT_TRUE(glob_match("a?c", "abc"));
  EXPECT_TRUE(glob_match("**", "x"));
  EXPECT_FALSE(glob_match("a?c", "ac"));
  EXPECT_FALSE(glob_match("a*c", "abcd"));
  EXPECT_FALSE(glob_match("", "a"));
  EXPECT_FALSE(glob_match("web", "web-1"));
  EXPECT_FALSE(glob_match("web.example", "webXexample"));
}

TEST(GlobTest, ManyStarsTakeNoExponentialTime) {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "a*";
  EXPECT_FALSE(glob_match(pattern + "b", std::string(250, 'a')));
}

TEST_F(JoinTokenTest, OneRootForBothIsRefused) {
  token_.orchestrator_root_pem = token_.operator_root_pem;
  EXPECT_THAT(sign_token(token_, root_.key()).error().message,
              HasSubstr("claim 'orchestrator_root_pem' is the operator root"));
  token_.orchestrator_root_pem = root_.issue_node("n1").certificate.pem();
  EXPECT_THAT(sign_token(token_, root_.key()).error().message, HasSubstr("is not a CA"));
  token_.orchestrator_root_pem.clear();
  EXPECT_FALSE(sign_token(token_, root_.key()));
}

}  // namespace
}  // namespace muster::security
