#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include "orchestrator/authority/tokens.hpp"
#include "proto/security/token_file.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::authority {
namespace {

using testing::HasSubstr;

class TokensTest : public testing::Test {
 protected:
  TokensTest() {
    InitSpec spec;
    spec.folder = folder_.path();
    spec.broker_hosts = {"broker.example"};
    EXPECT_TRUE(init(spec));
    settings_ = settings::load(folder_ / "muster.yaml").value();
    spec_.identities = {"web-*"};
  }
  x509::Certificate root() { return x509::Certificate::from_file(folder_ / "root.pem").value(); }
  std::string problem() {
    const auto token = create_token(settings_, spec_, clock_);
    return token ? "made" : token.error().message;
  }

  fakes::TempFolder folder_;
  fakes::FakeClock clock_{std::int64_t{std::time(nullptr)} * 1000 + 123};
  settings::Settings settings_;
  TokenSpec spec_;
};

TEST_F(TokensTest, TokenCarriesWhatANodeNeedsToJoin) {
  spec_.master = true;
  spec_.issues = {"*"};
  spec_.uses = 3;
  spec_.valid_for = std::chrono::hours(2);
  const auto made = create_token(settings_, spec_, clock_);
  ASSERT_TRUE(made) << made.error().message;
  const auto token = security::read_token_file(made->text, "join.token");
  ASSERT_TRUE(token) << token.error().message;
  const auto& claims = token->claims;
  EXPECT_EQ(claims.id, made->id);
  EXPECT_TRUE(security::verify_token(token->token, root(), clock_.unix_ms()));
  EXPECT_EQ(token->join_brokers, std::vector<std::string>{"broker.example:8884"});
  EXPECT_EQ(token->node_brokers, std::vector<std::string>{"broker.example:8883"});
  EXPECT_EQ(token->join_user + " " + token->join_password + "\n", folder_.read("join.password"));
  EXPECT_EQ(token->orchestrator_root_pem, folder_.read("orchestrator-root.pem"));
  EXPECT_EQ(claims.collective, "main");
  EXPECT_EQ(claims.identities, spec_.identities);
  EXPECT_TRUE(claims.master);
  EXPECT_EQ(claims.uses, 3U);
  EXPECT_EQ(claims.expires_at_ms - claims.issued_at_ms, 2 * 3600 * 1000);
  EXPECT_EQ(claims.expires_at_ms, made->expires_at_ms);
}

TEST_F(TokensTest, WrongSpecsAreRefusedInWords) {
  const auto good = spec_;
  spec_.identities = {};
  EXPECT_THAT(problem(), HasSubstr("for which identities"));
  spec_.identities = {"a/b"};
  EXPECT_THAT(problem(), HasSubstr("'a/b'"));
  spec_ = good;
  spec_.valid_for = std::chrono::seconds(0);
  EXPECT_THAT(problem(), HasSubstr("at least a second"));
  spec_.valid_for = std::chrono::seconds::max();
  EXPECT_THAT(problem(), HasSubstr("outlive its issuer issuer"));
  spec_ = good;
  settings_.join_brokers = {};
  EXPECT_THAT(problem(), HasSubstr("join_brokers"));
}

TEST_F(TokensTest, TheRootsKeyIsNotNeeded) {
  std::filesystem::remove(folder_ / "root.key");
  EXPECT_EQ(problem(), "made");
}

TEST_F(TokensTest, MissingIssuerAndPasswordAreNamed) {
  std::filesystem::remove(folder_ / "join.password");
  EXPECT_THAT(problem(), HasSubstr("join.password"));
  std::filesystem::remove(folder_ / "issuer.key");
  EXPECT_THAT(problem(), HasSubstr("issuer.key is not there"));
}

TEST_F(TokensTest, AnIssuerMakesNoTokenBeyondItsLimits) {
  IssuerSpec issuer;
  issuer.name = "web";
  issuer.limits.identities = {"web-*"};
  issuer.limits.uses = 1;
  issuer.limits.life_s = 24 * 3600;
  ASSERT_TRUE(create_issuer(folder_.path(), issuer, folder_.path()));
  spec_.issuer = "web";
  EXPECT_EQ(problem(), "made");
  spec_.identities = {"*"};
  EXPECT_THAT(problem(), HasSubstr("issuer 'web' may make tokens for web-* only"));
}

TEST_F(TokensTest, AnOperatorsKeyMakesNoToken) {
  spec_.issuer = "operator";
  EXPECT_THAT(problem(), HasSubstr("no issuer"));
}

TEST_F(TokensTest, EveryTokenStandsInItsIssuersListAndNoSecretDoes) {
  spec_.replace = true;
  const auto first = create_token(settings_, spec_, clock_).value();
  const auto second = create_token(settings_, spec_, clock_).value();
  const auto tokens = issued_tokens(folder_.path());
  ASSERT_TRUE(tokens) << tokens.error().message;
  ASSERT_EQ(tokens->size(), 2U);
  EXPECT_EQ(tokens->at(0).id, first.id);
  EXPECT_EQ(tokens->at(1).id, second.id);
  EXPECT_EQ(tokens->at(0).issuer, "issuer");
  EXPECT_EQ(tokens->at(0).identities, spec_.identities);
  EXPECT_TRUE(tokens->at(0).replace);
  EXPECT_EQ(tokens->at(0).expires_at_ms, first.expires_at_ms);
  EXPECT_THAT(folder_.read("issuer.tokens"), testing::Not(HasSubstr("PRIVATE")));
}

TEST_F(TokensTest, ABrokenLineOfAListIsNamed) {
  ASSERT_TRUE(create_token(settings_, spec_, clock_));
  folder_.write("issuer.tokens", folder_.read("issuer.tokens") + "{\n");
  EXPECT_THAT(issued_tokens(folder_.path()).error().message, HasSubstr("issuer.tokens:2"));
}

TEST_F(TokensTest, ShownTokenHoldsEverythingButThePassword) {
  const auto made = create_token(settings_, spec_, clock_).value();
  const auto root_certificate = root();
  const auto shown = show_token(made.text, &root_certificate, clock_.unix_ms());
  ASSERT_TRUE(shown) << shown.error().message;
  EXPECT_TRUE(shown->valid) << shown->problem;
  EXPECT_EQ(shown->content["id"], made.id);
  EXPECT_EQ(shown->content["identities"], Value({"web-*"}));
  EXPECT_EQ(shown->content["valid"], true);
  EXPECT_EQ(shown->content["root"]["fingerprint"], root_certificate.fingerprint());
  const auto password = folder_.read("join.password").substr(0, 20);
  EXPECT_THAT(shown->content.dump(), testing::Not(HasSubstr(password)));
}

TEST_F(TokensTest, ExpiredAndForeignTokensAreShownAsInvalid) {
  const auto made = create_token(settings_, spec_, clock_).value();
  const auto expired = show_token(made.text, nullptr, made.expires_at_ms).value();
  EXPECT_FALSE(expired.valid);
  EXPECT_THAT(expired.problem, HasSubstr("expired"));
  fakes::TempFolder elsewhere;
  InitSpec other;
  other.folder = elsewhere.path();
  other.broker_hosts = {"b"};
  const auto other_root = init(other)->root;
  const auto foreign = show_token(made.text, &other_root, clock_.unix_ms()).value();
  EXPECT_FALSE(foreign.valid);
  EXPECT_THAT(foreign.content["problem"].get<std::string>(), HasSubstr("another operator root"));
}

TEST_F(TokensTest, TextThatIsNoTokenIsAnError) {
  EXPECT_FALSE(show_token("nonsense", nullptr, 0));
  EXPECT_FALSE(show_token("", nullptr, 0));
}

}  // namespace
}  // namespace muster::authority
