#include "orchestrator/client/master_members.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::client {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t kNowMs = 1'800'000'000'000;

class MasterMembersTest : public testing::Test {
 protected:
  MemberPtr online(const std::string& node, const std::string& ca = "ca-old",
                   const std::string& provision = "finished") {
    auto member = std::make_shared<Member>();
    member->identity = node;
    member->ca_fingerprint = ca;
    member->facts = {{"provision", provision}};
    members_.push_back(member);
    return member;
  }
  Record& record(const std::string& node, const std::string& state = "finished") {
    Record& made = records_.emplace_back();
    made.identity = node;
    made.state = state;
    made.ca_fingerprint = "ca-new";
    made.key_fingerprint = "key of " + node;
    made.run_id = "run of " + node;
    made.started_at_ms = kNowMs;
    return made;
  }
  MembersOfMaster judged() const { return members_of_master(seen_, members_, records_, kNowMs); }
  std::string why(const std::string& node) const {
    const auto all = judged();
    for (const auto& one : all.left)
      if (one.identity == node) return one.why;
    return "it is not left";
  }

  std::vector<MemberPtr> members_;
  std::vector<Record> records_;
  std::string banned_;
  // The CA was renewed: it has two certificates.
  const MasterSeen seen_{"m1", "ca-old",
                         [](const std::string& fingerprint) {
                           return fingerprint == "ca-new" ? std::string("ca-old") : fingerprint;
                         },
                         [this](const std::string& node) { return node == banned_; }};
};

TEST_F(MasterMembersTest, FinishedMembersOfEitherCertificateOfTheCaCanBeMoved) {
  online("n1");
  record("n1");
  online("n2", "ca-new");
  record("n2");
  EXPECT_THAT(judged().movable, ElementsAre("n1", "n2"));
  EXPECT_EQ(judged().size(), 2U);
}

TEST_F(MasterMembersTest, TheMasterItselfAndNodesOfOtherCasDoNotCount) {
  online("m1");
  online("n1", "ca-of-m2");
  record("n1");  // said of it before it was moved
  EXPECT_TRUE(judged().nobody());
}

TEST_F(MasterMembersTest, WhoIsAwayIsNamedByItsRecord) {
  record("n1");
  EXPECT_THAT(judged().movable, IsEmpty());
  EXPECT_THAT(why("n1"), HasSubstr("not online"));
  records_.front().state = kGone;
  EXPECT_TRUE(judged().nobody());
}

TEST_F(MasterMembersTest, WhoIsCancelledLeavesOrFailedIsLeftWithTheReason) {
  for (const auto* state : {kCancelled, kLeaving, "failed", "refused"}) {
    online(state);
    record(state, state).reason = "disk full";
  }
  EXPECT_THAT(judged().movable, IsEmpty());
  EXPECT_THAT(why(kCancelled), HasSubstr("cancelled"));
  EXPECT_THAT(why(kLeaving), HasSubstr("decommissioned"));
  EXPECT_THAT(why("failed"), HasSubstr("disk full"));
  EXPECT_THAT(why("refused"), HasSubstr("was refused"));
}

TEST_F(MasterMembersTest, WhoHasNoRecordOrNoJoinKeyWouldNotBeKnownAgain) {
  online("n1");
  online("n2");
  record("n2").key_fingerprint.clear();
  EXPECT_THAT(why("n1"), HasSubstr("--replace"));
  EXPECT_THAT(why("n2"), HasSubstr("--replace"));
}

TEST_F(MasterMembersTest, WhoIsBannedOrSaysOtherwiseItselfIsLeft) {
  online("n1");
  record("n1");
  banned_ = "n1";
  online("n2", "ca-old", "claimed");
  record("n2");
  EXPECT_THAT(why("n1"), HasSubstr("unban"));
  EXPECT_THAT(why("n2"), HasSubstr("claimed"));
}

TEST_F(MasterMembersTest, WhoIsUnderWayIsCountedAndLateAfterTenMinutes) {
  record("n1", "running");
  record("n2", "waiting").started_at_ms = kNowMs - milliseconds(kUnderWayMost).count() - 1;
  const auto under_way = judged().under_way;
  ASSERT_EQ(under_way.size(), 2U);
  EXPECT_FALSE(under_way[0].late);
  EXPECT_TRUE(under_way[1].late);
  EXPECT_FALSE(judged().nobody());
}

TEST_F(MasterMembersTest, AWaitForAPersonIsNoWayToTheMaster) {
  auto& waiting = record("n1", "waiting");
  waiting.run_id.clear();
  waiting.claim.emplace();
  EXPECT_THAT(judged().under_way, IsEmpty());
  EXPECT_THAT(why("n1"), HasSubstr("approve"));
}

}  // namespace
}  // namespace muster::client
