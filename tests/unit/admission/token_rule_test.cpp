// Whether a token is good at all, for nodes and for masters.
#include "orchestrator/admission/token_rule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/admission/extensions.hpp"
#include "orchestrator/admission/master_grant.hpp"
#include "tests/support/pki/test_pki.hpp"
#include "tests/unit/admission/case_lab.hpp"

namespace muster::admission {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string problem(const Case& it) {
  const auto good = token_is_good(it);
  return good ? "good" : good.error().message;
}
std::string problem_when(const std::function<void(Case&)>& change) {
  auto it = usual_case();
  change(it);
  return problem(it);
}

TEST(TokenRuleTest, EachClaimIsKept) {
  EXPECT_EQ(problem_when([](Case&) {}), "good");
  EXPECT_THAT(problem_when([](Case& it) { it.applicant.token.identities = {"db-*"}; }),
              HasSubstr("is for db-*, not for 'web-1.example'"));
  EXPECT_THAT(problem_when([](Case& it) { it.applicant.token.expires_at_ms = kCaseNowMs; }),
              HasSubstr("expired at"));
  EXPECT_THAT(problem_when([](Case& it) { it.applicant.token.collective = "lab"; }),
              HasSubstr("collective 'lab'"));
  EXPECT_THAT(problem_when([](Case& it) { it.applicant.token.workflow = "dmz"; }),
              HasSubstr("workflow 'dmz'; this orchestrator follows 'puppet', 'db'"));
  EXPECT_EQ(problem_when([](Case& it) { it.applicant.token.workflow = "puppet"; }), "good");
  EXPECT_EQ(problem_when([](Case& it) { it.applicant.token.workflow = "db"; }), "good");
}

TEST(TokenRuleTest, ARevokedTokenIsGoodForNothing) {
  EXPECT_THAT(problem_when([](Case& it) {
                it.standing.revoked = true;
                it.standing.revoked_by = "alice (lost image)";
              }),
              HasSubstr("revoked by alice (lost image)"));
}

TEST(TokenRuleTest, ATokenThatOthersSpentIsRefusedAndSaysByWhom) {
  const auto spent = [](Case& it) {
    it.applicant.token.uses = 2;
    it.standing.used = 2;
    it.standing.last_user = "web-9.example";
  };
  EXPECT_THAT(problem_when(spent),
              AllOf(HasSubstr("spent: it was for 2 nodes"), HasSubstr("web-9.example used it")));
  EXPECT_EQ(problem_when([&](Case& it) {
              spent(it);
              it.standing.used_by_name = true;
            }),
            "good")
      << "the same name is a use already";
}

class MasterTokenTest : public testing::Test {
 protected:
  MasterTokenTest() {
    it_.applicant.identity = "puppet-1.example";
    it_.applicant.token.master = true;
    it_.applicant.ca = OfferedCa{ca_.certificate(), false};
  }
  const test::TestCa ca_{"Puppet CA: puppet-1.example"};
  Case it_ = usual_case();
};

TEST_F(MasterTokenTest, AMasterMayHaveItsOwnNameAndNobodyIsAsked) {
  it_.name.answers.reset();
  EXPECT_EQ(judge(it_).decision, Decision::admit) << judge(it_).reason;
}

TEST_F(MasterTokenTest, ACaNeedsATokenForMasters) {
  it_.applicant.token.master = false;
  EXPECT_THAT(problem(it_), HasSubstr("muster token create --master"));
}

TEST_F(MasterTokenTest, ASpentTokenEndorsesNothingMore) {
  it_.applicant.token.uses = 1;
  it_.standing.used = 1;
  it_.standing.last_user = "puppet-1.example";
  EXPECT_THAT(problem(it_), HasSubstr("spent: it was for 1 master")) << "another CA";
  it_.standing.used_by_name = true;
  it_.standing.own_since_ms = kCaseNowMs - kCaseHourMs;
  EXPECT_THAT(problem(it_), HasSubstr("spent")) << "its own CA, which was withdrawn since";
  it_.applicant.ca->trusted = true;
  EXPECT_EQ(problem(it_), "good") << "nothing is endorsed by this";
}

TEST_F(MasterTokenTest, AnEndorsementThatWasLostIsRepeatedForAMinute) {
  it_.applicant.token.uses = 1;
  it_.standing.used = 1;
  it_.standing.used_by_name = true;
  it_.standing.own_since_ms = kCaseNowMs - 1'000;
  EXPECT_EQ(problem(it_), "good");
}

TEST_F(MasterTokenTest, AMasterDoesNotTakeTheNameOfANodeOfAnotherCa) {
  it_.name.member = OnlineMember{"ca-of-another", "f"};
  EXPECT_EQ(judge(it_).decision, Decision::wait);
  it_.name.member->ca_fingerprint = ca_.certificate().fingerprint();
  EXPECT_EQ(judge(it_).decision, Decision::admit);
  it_.name.member.reset();
  for (const auto* state : {"finished", "failed", "running"}) {
    it_.name.record = NameRecord{state, "puppet-2.example", "k", 1, {}};
    EXPECT_EQ(judge(it_).decision, Decision::wait) << state << ": that CA may have signed";
    it_.name.record->key_fingerprint = it_.applicant.key_fingerprint;
    EXPECT_EQ(judge(it_).decision, Decision::admit) << state << ": the machine itself";
  }
  it_.name.record = NameRecord{"failed", "", "k", 1, {}};
  EXPECT_EQ(judge(it_).decision, Decision::admit) << "no CA was chosen yet";
}

TEST(MasterGrantTest, AMasterIsGrantedTheNamesAndFactsOfItsTokenAndNoOthers) {
  security::JoinClaims token;
  token.issues = {"web*", "app*"};
  token.serves = {{"country", "de"}};
  const auto grant = grant_of(token);
  EXPECT_EQ(grant.patterns, token.issues);
  EXPECT_EQ(grant.facts, (Value{{"country", "de"}}));
}

TEST(ExtensionsTest, ATokenAllowsNoneUnlessItNamesThem) {
  security::JoinClaims token;
  token.id = "t-1";
  EXPECT_TRUE(check_extensions({}, token));
  EXPECT_THAT(check_extensions({{"pp_role", "web"}}, token).error().message,
              HasSubstr("'pp_role' with the value 'web'"));
  token.extensions = {{"pp_role", "web"}};
  EXPECT_TRUE(check_extensions({{"pp_role", "web"}}, token));
  EXPECT_FALSE(check_extensions({{"pp_role", "db"}}, token));
  EXPECT_TRUE(check_extensions({{"1.3.6.1.4.1.34380.1.1.13", "web"}}, token)) << "by its numbers";
}

TEST(ExtensionsTest, AuthorityOverAPuppetServerIsRefusedThoughATokenSaidIt) {
  security::JoinClaims token;
  token.extensions = {{"pp_auth_role", "admin"}};
  EXPECT_FALSE(check_extensions({{"1.3.6.1.4.1.34380.1.3.13", "admin"}}, token));
}

TEST(ExtensionsTest, AlternativeNamesAreTheTokensOrTheMachinesOwn) {
  security::JoinClaims token;
  token.id = "t-1";
  EXPECT_TRUE(check_alternative_names({"web-1.example"}, "web-1.example", token));
  EXPECT_THAT(check_alternative_names({"www.example"}, "web-1.example", token).error().message,
              HasSubstr("--alternative-name www.example"));
  token.alternative_names = {"www*", "IP:192.0.2.1"};
  EXPECT_TRUE(check_alternative_names({"www.example", "IP:192.0.2.1"}, "web-1.example", token));
  EXPECT_FALSE(check_alternative_names({"IP:192.0.2.10"}, "web-1.example", token));
}

TEST(ExtensionsTest, AMachineThatAsksForMoreIsToldAtTheDesk) {
  auto it = usual_case();
  it.applicant.extensions = {{"1.3.6.1.4.1.34380.1.1.13", "web"}};
  EXPECT_THAT(judge(it).reason, HasSubstr("'pp_role' with the value 'web'"));
  it.applicant.token.extensions = {{"pp_role", "web"}};
  EXPECT_EQ(judge(it).decision, Decision::admit);
  it.applicant.alternative_names = {"www.example"};
  EXPECT_THAT(judge(it).reason, HasSubstr("'www.example'"));
  it.applicant.token.alternative_names = {"*"};
  EXPECT_EQ(judge(it).decision, Decision::admit);
  it.applicant.alternative_names = {"puppet"};
  EXPECT_THAT(judge(it).reason, HasSubstr("reserved"));
}

TEST(ExtensionsTest, ANameThatNoCertificateHoldsIsRefusedBeforeAnythingBegins) {
  auto it = usual_case();
  it.applicant.identity = std::string(65, 'a');
  EXPECT_THAT(judge(it).reason, HasSubstr("65 bytes"));
}

}  // namespace
}  // namespace muster::admission
