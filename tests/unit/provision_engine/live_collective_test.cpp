// What an orchestrator says in records, on a bus in memory and a loop in virtual time.
#include "orchestrator/provision/live/live_collective.hpp"

#include <gtest/gtest.h>

#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::provision {
namespace {

class LiveCollectiveTest : public testing::Test {
 protected:
  static client::Record of(std::int64_t fence, const std::string& state, std::int64_t at_ms) {
    client::Record record;
    record.identity = "n1";
    record.run_id = "r1";
    record.state = state;
    record.started_at_ms = 10;
    record.updated_at_ms = at_ms;
    record.fence = fence;
    return record;
  }
  void publish(const client::Record& record) {
    collective_.publish(record);
    work();
  }
  void work() { loop_.advance(std::chrono::milliseconds(0)); }
  // What stands on the bus.
  client::Record told() {
    const auto kept = lab_.broker().retained(transport::topics::provision_record("main", "n1"));
    return client::Record::decode(envelope::decode(kept.value()).value().body).value();
  }

  client::ClientLab lab_;
  fakes::VirtualLoop loop_;
  loop::Waits waits_{loop_};
  std::unique_ptr<client::Records> records_ =
      client::Records::watch(lab_.orchestrator(), {}, client::Records::Duty::keeps).value();
  std::unique_ptr<client::Fleet> fleet_ = client::Fleet::watch(lab_.orchestrator()).value();
  LiveCollective collective_{lab_.orchestrator(), *fleet_, *records_, loop_, waits_};
};

TEST_F(LiveCollectiveTest, AWordUnderAnEarlierLeaseIsNotTold) {
  publish(of(4, "finished", 20));
  publish(of(3, "running", 99));
  EXPECT_EQ(told().state, "finished");
  EXPECT_EQ(collective_.record("n1")->fence, 4);
  EXPECT_TRUE(collective_.idle());
}

TEST_F(LiveCollectiveTest, OfOneLeaseTheLaterWordIsTheNewerOneWhateverTheClockSays) {
  publish(of(4, "running", 99));
  publish(of(4, "finished", 20));
  EXPECT_EQ(told().state, "finished");
  EXPECT_EQ(told().updated_at_ms, 100);
  EXPECT_EQ(collective_.record("n1")->state, "finished");
}

// A run tells how a step ended, and its outcome with the time of the next attempt in the same millisecond.
TEST_F(LiveCollectiveTest, WhatIsSaidTwiceAtOneTimeUnderOneLeaseIsToldTwice) {
  publish(of(4, "waiting", 20));
  auto with_time = of(4, "waiting", 20);
  with_time.retry_at_ms = 99;
  publish(with_time);
  EXPECT_EQ(told().retry_at_ms, 99);
}

TEST_F(LiveCollectiveTest, WhatIsForgottenIsSaidAndNotKnownAnyMore) {
  publish(of(4, "finished", 20));
  auto forgetting = collective_.forget("n1");
  forgetting.start([] {});
  work();
  ASSERT_TRUE(forgetting.ended());
  EXPECT_TRUE(forgetting.take());
  EXPECT_EQ(told().state, "forgotten");
  EXPECT_TRUE(fakes::wait_until([&] { return !collective_.record("n1"); }));
}

// Or what is told by a slower clock would be told to nobody.
TEST_F(LiveCollectiveTest, OfWhoIsForgottenItIsKnownWhatMustBeLater) {
  publish(of(4, "finished", 20));
  auto forgetting = collective_.forget("n1");
  forgetting.start([] {});
  work();
  ASSERT_TRUE(fakes::wait_until(
      [&] { return !collective_.record("n1") && collective_.newest("n1").has_value(); }));
  EXPECT_EQ(collective_.newest("n1")->started_at_ms, 10);
  publish(of(3, "running", 99));
  EXPECT_EQ(told().state, "forgotten");
  auto later = of(1, "running", 5);
  later.started_at_ms = begins_at_ms(collective_, "n1", 5);
  publish(later);
  EXPECT_EQ(told().state, "running");
}

}  // namespace
}  // namespace muster::provision
