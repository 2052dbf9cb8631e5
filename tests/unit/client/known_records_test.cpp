// What is remembered of nodes' records.
#include "orchestrator/client/known_records.hpp"

#include <gmock/gmock.h>

#include "orchestrator/client/record_claim.hpp"

namespace muster::client {
namespace {

using Taken = KnownRecords::Taken;

KnownRecords::Known known(const std::string& identity, std::int64_t at_ms = 20,
                          const std::string& signer = "a1") {
  Record record;
  record.identity = identity;
  record.state = "finished";
  record.updated_at_ms = at_ms;
  return {record, identity + " at " + std::to_string(at_ms), signer};
}

std::vector<std::string> names(const std::vector<KnownRecords::Known>& all) {
  std::vector<std::string> names;
  for (const auto& each : all) names.push_back(each.record.identity);
  return names;
}

TEST(KnownRecordsTest, AnOlderOneIsNotTakenAndTheNewerOneIsMissing) {
  KnownRecords records(true);
  EXPECT_EQ(records.take(known("n1", 20)), Taken::yes);
  EXPECT_EQ(records.take(known("n1", 10)), Taken::older);
  EXPECT_EQ(records.find("n1")->updated_at_ms, 20);
  EXPECT_THAT(names(records.take_missing(9)), testing::ElementsAre("n1"));
  EXPECT_THAT(records.take_missing(9), testing::IsEmpty());
}

TEST(KnownRecordsTest, ThatANodeIsForgottenIsTheNewestAndNoRecordOfIt) {
  KnownRecords records(true);
  records.take(known("n1", 20));
  auto gone = known("n1", 30);
  gone.record.state = kForgotten;
  records.take(gone);
  EXPECT_FALSE(records.find("n1"));
  ASSERT_TRUE(records.newest("n1"));
  EXPECT_EQ(records.newest("n1")->updated_at_ms, 30);
  EXPECT_FALSE(records.newest("n2"));
}

TEST(KnownRecordsTest, WorkflowsAreInUseWhileANodeIsInThem) {
  KnownRecords records(true);
  const auto take = [&](const std::string& identity, const std::string& state) {
    auto one = known(identity);
    one.record.state = state;
    one.record.workflow_hash = "hash of " + identity;
    records.take(one);
  };
  for (const auto* state : {"waiting", "running", "failed", "cancelled"}) take(state, state);
  for (const auto* state : {"finished", "refused", kForgotten}) take(state, state);
  EXPECT_THAT(records.workflows_in_use(),
              testing::UnorderedElementsAre("hash of waiting", "hash of running", "hash of failed",
                                            "hash of cancelled"));
}

TEST(KnownRecordsTest, ThereIsRoomForSoManyNodesAndNotForMore) {
  KnownRecords records(true, 2);
  EXPECT_EQ(records.take(known("n1")), Taken::yes);
  EXPECT_EQ(records.take(known("n2")), Taken::yes);
  EXPECT_EQ(records.take(known("n3")), Taken::no_room);
  EXPECT_EQ(records.take(known("n2", 30)), Taken::yes) << "it is known already";
  EXPECT_TRUE(records.disbelieve(known("n1")));
  EXPECT_EQ(records.take(known("n3")), Taken::yes);
}

TEST(KnownRecordsTest, WhatIsBelievedNoMoreIsKnownNoMoreUnlessAnotherOneWasHeard) {
  KnownRecords records(true);
  records.take(known("n1", 20));
  records.miss("n1");
  EXPECT_FALSE(records.disbelieve(known("n1", 10)));
  EXPECT_TRUE(records.find("n1"));
  EXPECT_TRUE(records.disbelieve(known("n1", 20)));
  EXPECT_FALSE(records.find("n1"));
  EXPECT_THAT(records.take_missing(9), testing::IsEmpty());
  EXPECT_FALSE(records.disbelieve(known("n1", 20)));
}

TEST(KnownRecordsTest, ThatANodeIsForgottenIsKnownUntilItIsOver) {
  constexpr std::int64_t kOverMs = 20 + std::chrono::milliseconds(kForgottenFor).count() + 1;
  KnownRecords records(true);
  auto forgotten = known("n1");
  forgotten.record.state = kForgotten;
  records.take(forgotten);
  records.take(known("n2"));
  EXPECT_FALSE(records.find("n1"));
  EXPECT_FALSE(records.cleared("n1", kOverMs - 1)) << "it is put back";
  EXPECT_THAT(records.take_over(kOverMs - 1, 9), testing::IsEmpty());
  EXPECT_THAT(names(records.take_over(kOverMs, 9)), testing::ElementsAre("n1"));
  EXPECT_THAT(records.take_missing(9), testing::IsEmpty());
  records.take(forgotten);
  EXPECT_TRUE(records.cleared("n1", kOverMs));
  EXPECT_FALSE(records.cleared("n2", kOverMs)) << "a record is for ever";
}

TEST(KnownRecordsTest, WhatSomebodySignedIsFoundAndEachSignerAskedAboutOnce) {
  KnownRecords records(true);
  records.take(known("n1", 20, "a1"));
  records.take(known("n2", 20, "b2"));
  records.take(known("n3", 20, "a1"));
  std::vector<std::string> asked;
  const auto found = records.signed_by([&](const std::string& serial) {
    asked.push_back(serial);
    return serial == "a1";
  });
  EXPECT_THAT(names(found), testing::ElementsAre("n1", "n3"));
  EXPECT_THAT(asked, testing::ElementsAre("a1", "b2"));
}

}  // namespace
}  // namespace muster::client
