#include "orchestrator/daemon/later_leases.hpp"

#include <gtest/gtest.h>

#include "orchestrator/daemon/report.hpp"

namespace muster::daemon {
namespace {

using notify::Lasting;

client::Record record_of(const std::string& state, std::int64_t fence) {
  client::Record record;
  record.identity = "web1";
  record.run_id = "run1";
  record.state = state;
  record.fence = fence;
  return record;
}

TEST(LaterLeasesTest, AnOutcomeSaysUnderWhichLeaseItCame) {
  const auto failed = report(record_of("failed", 3)).lease;
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->node + failed->run + failed->state, "web1run1failed");
  EXPECT_EQ(failed->fence, 3);
  EXPECT_EQ(report(record_of("running", 3)).lease->state, "provisioned") << "told before the end";
  EXPECT_FALSE(report(record_of("failed", 0)).lease) << "under none";
}

TEST(LaterLeasesTest, AFailureStandsUnlessALaterLeaseOfItsRunWentOn) {
  const auto failed = *report(record_of("failed", 3)).lease;
  EXPECT_EQ(lasting(failed, std::nullopt), Lasting::stands);
  EXPECT_EQ(lasting(failed, record_of("running", 3)), Lasting::stands) << "no later one";
  EXPECT_EQ(lasting(failed, record_of("failed", 4)), Lasting::stands);
  for (const auto* state : {"running", "finished", "waiting", "cancelled"})
    EXPECT_EQ(lasting(failed, record_of(state, 4)), Lasting::superseded) << state;
  auto another = record_of("running", 9);
  another.run_id = "run2";
  EXPECT_EQ(lasting(failed, another), Lasting::stands) << "the run failed all the same";
}

// Who goes on after the step that told it does not tell it again.
TEST(LaterLeasesTest, ThatANodeIsInProductionStandsUnlessItFailedLater) {
  const auto done = *report(record_of("finished", 3)).lease;
  for (const auto* state : {"running", "finished"})
    EXPECT_EQ(lasting(done, record_of(state, 4)), Lasting::stands) << state;
  EXPECT_EQ(lasting(done, record_of("failed", 4)), Lasting::superseded);
}

TEST(LaterLeasesTest, WithoutRecordsNothingIsKnown) {
  EXPECT_EQ(LaterLeases().ask(*report(record_of("failed", 3)).lease), Lasting::unknown);
}

}  // namespace
}  // namespace muster::daemon
