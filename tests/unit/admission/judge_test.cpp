// Who may have a name that a certificate holds, ground by ground.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/admission/case_lab.hpp"

namespace muster::admission {
namespace {

using testing::HasSubstr;

struct Row {
  const char* name;
  std::function<void(Case&)> change;
  Decision decision;
  Ground ground = Ground::none;
};

void expect_all(const std::function<Case()>& begin, const std::vector<Row>& rows) {
  for (const auto& row : rows) {
    auto it = begin();
    row.change(it);
    const auto verdict = judge(it);
    EXPECT_EQ(verdict.decision, row.decision) << row.name << ": " << verdict.reason;
    EXPECT_EQ(verdict.ground, row.ground) << row.name << ": " << verdict.reason;
  }
}

TEST(JudgeTest, AFreeNameIsGivenToATokenThatCoversIt) {
  const auto verdict = judge(usual_case());
  EXPECT_EQ(verdict.decision, Decision::admit) << verdict.reason;
  EXPECT_EQ(verdict.ground, Ground::free_name);
  EXPECT_TRUE(verdict.counts);
  EXPECT_FALSE(verdict.further);
}

TEST(JudgeTest, TheCasAreAskedOnlyWhenTheVerdictDependsOnThem) {
  const auto unasked = [](const std::function<void(Case&)>& change) {
    auto it = held_case();
    it.name.answers.reset();
    change(it);
    return judge(it).decision;
  };
  EXPECT_EQ(unasked([](Case&) {}), Decision::ask);
  EXPECT_EQ(unasked([](Case& it) { it.name.record.reset(); }), Decision::ask);
  EXPECT_EQ(unasked([](Case& it) { it.applicant.token.replace = true; }), Decision::admit);
  EXPECT_EQ(unasked(make_exact), Decision::admit);
  EXPECT_EQ(unasked([](Case& it) { it.applicant.key_fingerprint = "old-key"; }), Decision::admit);
  EXPECT_EQ(unasked([](Case& it) { it.applicant.token.identities = {"db-*"}; }), Decision::refuse);
  EXPECT_EQ(unasked([](Case& it) { it.applicant.identity = "puppet"; }), Decision::refuse);
}

TEST(JudgeTest, AHeldNameNeedsAGround) {
  expect_all(held_case,
             {{"a pattern token alone", [](Case&) {}, Decision::wait},
              {"the record is gone, the CA speaks", [](Case& it) { it.name.record.reset(); },
               Decision::wait},
              {"the machine itself", [](Case& it) { it.applicant.key_fingerprint = "old-key"; },
               Decision::admit, Ground::same_key},
              {"a token made to replace", [](Case& it) { it.applicant.token.replace = true; },
               Decision::admit, Ground::token},
              {"a token made for this name", make_exact, Decision::admit, Ground::token},
              {"the provider's word", [](Case& it) { it.name.instance_gone = true; },
               Decision::admit, Ground::provider}});
}

TEST(JudgeTest, BeingOfflineProvesNothing) {
  auto it = held_case();
  it.name.member.reset();
  EXPECT_EQ(judge(it).decision, Decision::wait);
}

TEST(JudgeTest, WhoWaitsIsToldWhoHasTheNameAndWhatToDo) {
  const auto verdict = judge(held_case());
  EXPECT_THAT(verdict.reason, HasSubstr("valid certificate of master puppet-1.example"));
  EXPECT_THAT(verdict.reason, HasSubstr("muster provision approve web-1.example"));
  EXPECT_FALSE(verdict.counts);
}

// It may have come back while its provider was asked.
TEST(JudgeTest, AProvidersWordTakesNoNameFromWhoIsOnTheBus) {
  auto it = held_case();
  it.name.instance_gone = true;
  it.name.member = OnlineMember{"ca-of-puppet-1.example", "old-certificate"};
  EXPECT_EQ(judge(it).decision, Decision::wait);
}

void is_online(Case& it) {
  it.name.member = OnlineMember{"ca-of-puppet-1.example", "old-certificate"};
}

TEST(JudgeTest, TheModeSaysWhichTokensReplaceWithoutSayingSo) {
  const auto with = [](ReplaceNames mode, const std::function<void(Case&)>& change) {
    auto it = held_case();
    it.rules.replace_names = mode;
    change(it);
    return judge(it).decision;
  };
  const auto pattern = [](Case&) {};
  const auto exact_online = [](Case& it) {
    make_exact(it);
    is_online(it);
  };
  const auto replacing_online = [](Case& it) {
    it.applicant.token.replace = true;
    is_online(it);
  };
  for (const auto mode :
       {ReplaceNames::approval, ReplaceNames::exact_token, ReplaceNames::any_token}) {
    EXPECT_EQ(with(mode, replacing_online), Decision::admit) << name_of(mode);
    EXPECT_EQ(with(mode, exact_online), Decision::wait) << name_of(mode);
    EXPECT_EQ(with(mode, is_online), Decision::wait) << name_of(mode);
  }
  EXPECT_EQ(with(ReplaceNames::approval, make_exact), Decision::wait);
  EXPECT_EQ(with(ReplaceNames::exact_token, make_exact), Decision::admit);
  EXPECT_EQ(with(ReplaceNames::any_token, make_exact), Decision::admit);
  EXPECT_EQ(with(ReplaceNames::approval, pattern), Decision::wait);
  EXPECT_EQ(with(ReplaceNames::exact_token, pattern), Decision::wait);
  EXPECT_EQ(with(ReplaceNames::any_token, pattern), Decision::admit);
}

TEST(JudgeTest, ATokenThatAnotherKeySpentReplacesNothing) {
  auto it = held_case();
  make_exact(it);
  it.standing.used = 1;
  it.standing.used_by_name = true;
  EXPECT_EQ(judge(it).decision, Decision::wait);
  it.applicant.token.replace = true;
  EXPECT_EQ(judge(it).decision, Decision::wait);
  it.rules.replace_names = ReplaceNames::any_token;
  EXPECT_EQ(judge(it).decision, Decision::wait);
}

// One image, one pattern token with --replace, names that follow recycled addresses.
TEST(JudgeTest, ReplacingTokensWithUsesLeftServeRecycledNamesAgainAndAgain) {
  auto it = held_case();
  it.applicant.token.replace = true;
  it.standing.used = 40;
  it.standing.used_by_name = true;  // by the instance before
  const auto verdict = judge(it);
  EXPECT_EQ(verdict.decision, Decision::admit);
  EXPECT_TRUE(verdict.counts && verdict.further) << "each further key is a use of its own";
  it.applicant.token.uses = 41;
  EXPECT_EQ(judge(it).decision, Decision::admit);
  it.applicant.token.uses = 40;
  EXPECT_EQ(judge(it).decision, Decision::wait);
}

TEST(JudgeTest, AKeyThatWasReplacedDoesNotTakeTheNameBack) {
  auto it = held_case();
  it.applicant.token.replace = true;
  it.standing.used_by_name = true;
  it.standing.own_since_ms = kCaseNowMs - 20 * kCaseHourMs;  // before the record's machine came
  EXPECT_EQ(judge(it).decision, Decision::wait);
  it.standing.own_since_ms = kCaseNowMs - 1;  // it has only just been let in
  EXPECT_EQ(judge(it).decision, Decision::admit);
}

// Faults tried by hand, 15: the second waited unseen, and took over when the first went off.
TEST(JudgeTest, OfTwoMachinesUnderAFreeNameTheFirstKeepsItAndTheOtherWaitsForAPerson) {
  auto it = usual_case();
  it.name.on_its_way = OnItsWay{"first-key", "10.0.0.1"};
  it.standing.used_by_name = true;
  const auto verdict = judge(it);
  EXPECT_EQ(verdict.decision, Decision::wait);
  EXPECT_THAT(verdict.reason, HasSubstr("the machine at 10.0.0.1, which is on its way under it"));
  EXPECT_THAT(verdict.reason, HasSubstr("muster provision approve web-1.example"));
  it.applicant.key_fingerprint = "first-key";
  EXPECT_EQ(judge(it).ground, Ground::free_name) << "it is the first itself";
}

// A machine that is installed anew in its run has another key than the one that is on its way.
TEST(JudgeTest, WhoIsFirstIsReplacedOnTheGroundsThatTakeAHeldName) {
  const auto first_on_its_way = [] {
    auto it = usual_case();
    it.name.on_its_way = OnItsWay{"first-key", "10.0.0.1"};
    it.standing.used = 1;
    it.standing.used_by_name = true;
    return it;
  };
  expect_all(first_on_its_way,
             {{"the token that the first used too", make_exact, Decision::wait},
              {"a token made to replace, with uses left",
               [](Case& it) { it.applicant.token.replace = true; }, Decision::admit, Ground::token},
              {"another token, made for this name",
               [](Case& it) {
                 make_exact(it);
                 it.standing = {};
               },
               Decision::admit, Ground::token},
              {"the provider's word", [](Case& it) { it.name.instance_gone = true; },
               Decision::admit, Ground::provider},
              {"the first was given up", [](Case& it) { it.name.on_its_way.reset(); },
               Decision::admit, Ground::free_name}});
}

TEST(JudgeTest, AFurtherKeyUnderAFreeNameIsNoFurtherUse) {
  auto it = usual_case();
  make_exact(it);
  it.standing.used = 1;
  it.standing.used_by_name = true;
  const auto verdict = judge(it);
  EXPECT_EQ(verdict.decision, Decision::admit);
  EXPECT_FALSE(verdict.counts);
}

TEST(JudgeTest, AnApprovalIsForOneKeyAndEnds) {
  const auto approved = [](const std::string& key, std::int64_t until_ms) {
    auto it = held_case();
    it.name.record->approval = messages::NameApproval{key, "alice", kCaseNowMs - 1, until_ms};
    return judge(it);
  };
  EXPECT_EQ(approved("new-key", kCaseNowMs + 1).ground, Ground::approval);
  EXPECT_EQ(approved("new-key", kCaseNowMs).decision, Decision::wait);
  EXPECT_EQ(approved("another-key", kCaseNowMs + 1).decision, Decision::wait);
  EXPECT_EQ(approved("", kCaseNowMs + 1).decision, Decision::wait);
}

TEST(JudgeTest, AnApprovalDoesNotMakeABadTokenGood) {
  auto it = held_case();
  it.name.record->approval =
      messages::NameApproval{"new-key", "alice", kCaseNowMs - 1, kCaseNowMs + 1};
  it.applicant.token.identities = {"db-*"};
  EXPECT_EQ(judge(it).decision, Decision::refuse);
}

}  // namespace
}  // namespace muster::admission
