#include "orchestrator/control/approval_box.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/base/put_aside.hpp"
#include "proto/messages/request.hpp"
#include "tests/support/fakes/damages.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/unit/approval/approved.hpp"

namespace muster::control {
namespace {

using policy::Caller;
using security::Role;
using testing::HasSubstr;

constexpr Caller kAlice{"cert=alice", Role::operator_};  // asks
constexpr Caller kBob{"cert=bob", Role::operator_};      // an admin, as carol is
constexpr Caller kCarol{"cert=carol", Role::operator_};
constexpr Caller kMallory{"cert=mallory", Role::operator_};  // in no group

class ApprovalBoxTest : public testing::Test {
 protected:
  ApprovalBoxTest() {
    pki_.trust(commanding_);
    folder_.write("policies/groups", "admins cert=bob cert=carol cert=alice\n");
    policies_.reload();
  }
  approval::Statement statement(const std::string& caller = "alice") const {
    messages::Request wire;
    wire.caller = caller;
    wire.collective = "main";
    wire.agent = "puppet";
    wire.action = "runonce";
    return approval::statement_for(wire, {{"server", "p2"}}, clock_.unix_ms());
  }
  static ApprovalBox::Asked asked(const approval::Statement& statement) {
    return {approval::text(statement), "admins", 2, "the disk is full"};
  }
  std::string signed_by(const std::string& name, const approval::Statement& statement) const {
    return approval::sign(statement, approval::text(statement),
                          pki_.root().issue_member(name, "operator").signer())
        .value();
  }

  test::TestPki pki_;
  base::SystemClock real_clock_;
  security::TrustStore commanding_{real_clock_};
  fakes::FakeClock clock_;
  fakes::TempFolder folder_;
  policy::PolicyStore policies_{folder_ / "policies", {}, true};
  std::filesystem::path file_ = folder_ / "approvals.json";
  ApprovalBox box_{file_, clock_, commanding_, policies_};
};

TEST_F(ApprovalBoxTest, WhatBeginsToWaitIsToldOnceAndWithoutWhatItIs) {
  std::vector<Waiting> told;
  ApprovalBox box{
      folder_ / "told.json", clock_, commanding_, policies_, {.waits = [&](const Waiting& waiting) {
        told.push_back(waiting);
      }}};
  const auto one = statement();
  ASSERT_TRUE(box.ask(kAlice, asked(one)));
  ASSERT_TRUE(box.ask(kAlice, asked(one)));
  EXPECT_FALSE(box.ask(kBob, asked(statement())));
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].id, one.id);
  EXPECT_EQ(told[0].group, "admins");
  EXPECT_EQ(told[0].number, 2);
  EXPECT_EQ(told[0].until_ms, one.until_ms);
}

TEST_F(ApprovalBoxTest, ThatItIsGivenIsToldOnceWhenAsManyHaveApprovedAsWereAskedFor) {
  std::vector<std::pair<std::string, bool>> told;
  ApprovalBox box{
      folder_ / "told.json",
      clock_,
      commanding_,
      policies_,
      {.decided = [&](const Waiting& what, bool given) { told.emplace_back(what.id, given); }}};
  const auto one = statement();
  ASSERT_TRUE(box.ask(kAlice, asked(one)));
  ASSERT_TRUE(box.sign(kBob, one.id, signed_by("bob", one)));
  ASSERT_TRUE(box.sign(kBob, one.id, signed_by("bob", one)));
  EXPECT_TRUE(told.empty()) << "two are asked for";
  ASSERT_TRUE(box.sign(kCarol, one.id, signed_by("carol", one)));
  ASSERT_TRUE(box.sign(kCarol, one.id, signed_by("carol", one)));
  EXPECT_THAT(told, testing::ElementsAre(testing::Pair(one.id, true)));
}

TEST_F(ApprovalBoxTest, ADenialIsToldOnceAndWhatIsTakenBackIsNot) {
  std::vector<std::pair<std::string, bool>> told;
  ApprovalBox box{
      folder_ / "told.json",
      clock_,
      commanding_,
      policies_,
      {.decided = [&](const Waiting& what, bool given) { told.emplace_back(what.id, given); }}};
  const auto one = statement();
  ASSERT_TRUE(box.ask(kAlice, asked(one)));
  ASSERT_TRUE(box.deny(kBob, one.id, "not today"));
  ASSERT_TRUE(box.deny(kCarol, one.id, "nor tomorrow"));
  const auto other = statement();
  ASSERT_TRUE(box.ask(kAlice, asked(other)));
  ASSERT_TRUE(box.deny(kAlice, other.id, ""));
  EXPECT_THAT(told, testing::ElementsAre(testing::Pair(one.id, false)));
}

TEST_F(ApprovalBoxTest, WhoAsksForManyWakesNobodyForEach) {
  std::size_t told = 0;
  ApprovalBox box{
      folder_ / "told.json", clock_, commanding_, policies_, {.waits = [&](const Waiting&) {
        ++told;
      }}};
  for (std::size_t i = 0; i <= kWaitingTold.burst; ++i) {
    const auto one = statement();
    ASSERT_TRUE(box.ask(kAlice, asked(one)));
    ASSERT_TRUE(box.deny(kAlice, one.id, ""));
  }
  EXPECT_EQ(told, kWaitingTold.burst);
  ASSERT_TRUE(box.ask(kCarol, asked(statement("carol"))));
  EXPECT_EQ(told, kWaitingTold.burst + 1) << "another caller's is told";
}

TEST_F(ApprovalBoxTest, ItIsShownToTheGroupAndToWhoAskedAlone) {
  const auto one = statement();
  ASSERT_TRUE(box_.ask(kAlice, asked(one)));
  EXPECT_EQ(box_.list(kAlice)["own"].size(), 1U);
  EXPECT_EQ(box_.list(kAlice)["waiting"].size(), 0U) << "though in the group";
  EXPECT_EQ(box_.list(kBob)["waiting"][0].value("id", ""), one.id);
  EXPECT_TRUE(box_.list(kMallory)["waiting"].empty());
  EXPECT_FALSE(box_.show(kMallory, one.id));
  EXPECT_EQ(
      box_.show(kMallory, one.id).error().message,
      box_.show(kMallory, "0123456789abcdef")
          .error()
          .message.replace(
              box_.show(kMallory, "0123456789abcdef").error().message.find("0123456789abcdef"),
              one.id.size(), one.id))
      << "nobody learns that it is there";
  EXPECT_FALSE(box_.show({"cert=bob", Role::orchestrator}, one.id)) << "operators approve";
  const auto shown = box_.show(kBob, one.id);
  ASSERT_TRUE(shown) << shown.error().message;
  EXPECT_EQ(shown->value("statement", ""), approval::text(one));
  EXPECT_EQ(shown->value("reason", ""), "the disk is full");
  EXPECT_FALSE(shown->contains("approvals"));
}

TEST_F(ApprovalBoxTest, SignaturesGoToWhoAskedAlsoAfterARestart) {
  const auto one = statement();
  ASSERT_TRUE(box_.ask(kAlice, asked(one)));
  ASSERT_TRUE(box_.ask(kAlice, asked(one))) << "twice does no harm";
  ASSERT_TRUE(box_.sign(kBob, one.id, signed_by("bob", one)));
  EXPECT_TRUE(box_.list(kBob)["waiting"].empty()) << "it waits for others now";
  EXPECT_FALSE(box_.list(kCarol)["waiting"].empty());
  ApprovalBox after(file_, clock_, commanding_, policies_);
  const auto shown = after.show(kAlice, one.id);
  ASSERT_TRUE(shown) << shown.error().message;
  EXPECT_EQ(shown->at("approvals").size(), 1U);
  EXPECT_EQ(shown->at("approved_by"), (Value{"bob"}));
}

TEST_F(ApprovalBoxTest, WhatWouldNotCountIsNotKept) {
  const auto one = statement();
  ASSERT_TRUE(box_.ask(kAlice, asked(one)));
  EXPECT_THAT(box_.sign(kAlice, one.id, signed_by("alice", one)).error().message,
              HasSubstr("own request"));
  EXPECT_THAT(box_.sign(kBob, one.id, signed_by("carol", one)).error().message,
              HasSubstr("an approval of carol"));
  EXPECT_FALSE(box_.sign(kMallory, one.id, signed_by("mallory", one)));
  EXPECT_FALSE(box_.sign(kBob, one.id, "noise"));
  auto other = one;
  other.arguments["server"] = "p3";
  EXPECT_FALSE(box_.sign(kBob, one.id, signed_by("bob", other)));
}

TEST_F(ApprovalBoxTest, NobodyAsksInAnothersNameOrForNobody) {
  EXPECT_THAT(box_.ask(kMallory, asked(statement())).error().message,
              HasSubstr("mallory asks for approval of a request of alice"));
  auto question = asked(statement());
  question.group = "admin";
  EXPECT_THAT(box_.ask(kAlice, question).error().message, HasSubstr("admins"));
  question.group = "orchestrators";
  EXPECT_FALSE(box_.ask(kAlice, question));
  question = asked(statement());
  question.number = 0;
  EXPECT_FALSE(box_.ask(kAlice, question));
  question.statement = "{}";
  EXPECT_FALSE(box_.ask(kAlice, question));
}

TEST_F(ApprovalBoxTest, ADenialEndsItAndItsCallerTakesItBack) {
  const auto one = statement();
  ASSERT_TRUE(box_.ask(kAlice, asked(one)));
  ASSERT_TRUE(box_.sign(kBob, one.id, signed_by("bob", one)));
  ASSERT_TRUE(box_.deny(kCarol, one.id, "not today"));
  const auto shown = box_.show(kAlice, one.id);
  EXPECT_EQ(shown->value("denied_by", ""), "carol");
  EXPECT_EQ(shown->value("denied_why", ""), "not today");
  EXPECT_FALSE(shown->contains("approvals"));
  EXPECT_FALSE(box_.sign(kBob, one.id, signed_by("bob", one)));
  EXPECT_FALSE(box_.deny(kMallory, one.id, ""));
  ASSERT_TRUE(box_.deny(kAlice, one.id, ""));
  EXPECT_FALSE(box_.show(kAlice, one.id));
}

TEST_F(ApprovalBoxTest, WhatHasEndedIsForgottenAndACallerHasAShare) {
  std::string first;
  for (std::size_t i = 0; i < kPendingOfOneCaller; ++i) {
    const auto one = statement();
    if (first.empty()) first = one.id;
    ASSERT_TRUE(box_.ask(kAlice, asked(one)));
  }
  EXPECT_EQ(box_.ask(kAlice, asked(statement())).error().code, Errc::limit);
  EXPECT_TRUE(box_.ask(kMallory, asked(statement("mallory"))));
  clock_.advance(std::chrono::minutes(61));
  EXPECT_FALSE(box_.show(kAlice, first));
  EXPECT_TRUE(box_.ask(kAlice, asked(statement())));
}

TEST_F(ApprovalBoxTest, ADamagedFileBeginsAnew) {
  auto damages = fakes::damages_of(R"([{"statement": 1}])");
  damages.push_back({"another's", R"([{"statement": 1}])"});
  for (const auto& damage : damages) {
    SCOPED_TRACE(damage.how);
    folder_.write("approvals.json", damage.content);
    ApprovalBox box(file_, clock_, commanding_, policies_);
    EXPECT_TRUE(box.list(kBob)["waiting"].empty());
    EXPECT_TRUE(box.ask(kAlice, asked(statement())));
  }
  EXPECT_EQ(base::put_aside_since(folder_.path(), 0).size(), damages.size());
}

}  // namespace
}  // namespace muster::control
