// What a run has masters clean, should another orchestrator have the node by the time they do.
#include "orchestrator/provision/run/node_run.hpp"

#include "tests/unit/provision_engine/node_run_lab.hpp"

namespace muster::provision {
namespace {

class NodeRunCleanTest : public NodeRunTest {
 protected:
  NodeRunCleanTest() {
    world_.on("puppetca#clean", [this](const Value& in) {
      asked_.push_back(in);
      asked_at_ms_.push_back(world_.unix_ms());
      return Value::object();
    });
  }
  std::int64_t before_ms(std::size_t which) const {
    return asked_.at(which).at("issued_before_ms");
  }
  std::int64_t half_a_lease_ms() const {
    return std::chrono::milliseconds(workflow_.lease).count() / 2;
  }

  std::vector<Value> asked_;
  std::vector<std::int64_t> asked_at_ms_;
};

// Whoever has the node after us has it after our lease: a clean of ours that comes late must not reach that one's certificate.
TEST_F(NodeRunCleanTest, OnlyWhatWasIssuedByTheMiddleOfOurLeaseIsCleaned) {
  const auto claimed_at_ms = world_.unix_ms();
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  ASSERT_EQ(asked_.size(), 2U);
  for (std::size_t i = 0; i < asked_.size(); ++i)
    EXPECT_EQ(before_ms(i), claimed_at_ms + half_a_lease_ms());
  EXPECT_EQ(asked_.front().at("vacate"), true);
}

// Our own process of before died when masters were asked to clean: the node gives us its lease anew at once, and a clean of then that
// comes late would reach what we have signed.
TEST_F(NodeRunCleanTest, WhatWasAskedUnderTheLeaseThatOursReplacesIsWaitedFor) {
  const auto until_ms = world_.unix_ms() + 40'000;
  (*world_.claimed)["replaces_until_ms"] = until_ms;
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  ASSERT_EQ(asked_.size(), 2U);
  EXPECT_GE(asked_at_ms_.front(), until_ms);
  EXPECT_LE(asked_at_ms_.front(), until_ms + 5'000);
}

TEST_F(NodeRunCleanTest, AClockThatIsWrongHoldsNobodyUpForLongerThanALease) {
  const auto began_at_ms = world_.unix_ms();
  (*world_.claimed)["replaces_until_ms"] = began_at_ms + 3'600'000;
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_LE(asked_at_ms_.front(), began_at_ms + 2 * half_a_lease_ms() + 5'000);
}

// Masters' clocks differ from ours; this tells them by how much.
TEST_F(NodeRunCleanTest, MastersAreToldOurTime) {
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  for (std::size_t i = 0; i < asked_.size(); ++i)
    EXPECT_NEAR(asked_[i].at("asked_at_ms").get<double>(), static_cast<double>(asked_at_ms_[i]),
                1'000);
}

TEST_F(NodeRunCleanTest, WhatIsOwedIsNoNewerThanWhatIsCleaned) {
  const auto claimed_at_ms = world_.unix_ms();
  world_.masters[1].healthy = false;
  world_.on("puppetca#clean", [this](const Value&) {
    world_.latency = std::chrono::minutes(5);  // as if we had been stopped
    return Value::object();
  });
  static_cast<void>(run());
  ASSERT_EQ(world_.owed.size(), 1U);
  EXPECT_EQ(world_.owed_before_ms, claimed_at_ms + half_a_lease_ms());
}

// It may be valid, and the name would have two. There is room for a master's clock that is ahead.
TEST_F(NodeRunCleanTest, WhatWeHadSignedOurselvesIsCleanedBeforeAnotherMasterIsTried) {
  std::int64_t signed_at_ms = 0;
  world_.on("puppetca#sign", [&](const Value&) -> Result<Value> {
    if (world_.enlisted["m-us"] > 0) return Value::object();
    signed_at_ms = world_.unix_ms();
    return fail(Errc::timeout, "it signs, and nobody hears of it");
  });
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  ASSERT_EQ(asked_.size(), 3U);
  EXPECT_GE(before_ms(2), signed_at_ms + half_a_lease_ms());
  EXPECT_LE(before_ms(2), asked_at_ms_[2] + half_a_lease_ms());
  EXPECT_THAT(world_.owed, testing::ElementsAre("m-de web1")) << "it is set aside";
  EXPECT_GT(world_.owed_before_ms, signed_at_ms);
}

// The next one's certificate may be there before they have begun.
TEST_F(NodeRunCleanTest, WhileMastersMayStillBeAtItNobodyElseIsGivenTheNode) {
  world_.silent = {"puppetca#clean"};
  const auto attempt = run_of(node());
  auto story = attempt->run();
  story.start([] {});
  world_.loop.advance(std::chrono::seconds(4));
  ASSERT_FALSE(story.ended());
  world_.waits.stop();
  world_.loop.advance(world_.latency);
  ASSERT_TRUE(story.ended());
  EXPECT_EQ(record_.state, "waiting");
  EXPECT_EQ(world_.count("web1 joining provision#release"), 0U) << "the lease ends by itself";
}

// It is the one by which it is on the bus.
TEST_F(NodeRunCleanTest, AMembersOnlyCertificateIsCleanedByNoWorkflow) {
  for (auto& step : workflow_.steps)
    if (step.kind == workflow::Kind::clean_certificates) step.when = {};
  EXPECT_EQ(run(std::nullopt, false).kind, Ending::Kind::again);
  EXPECT_THAT(record_.reason, testing::HasSubstr("the step needs 'when: joining'"));
  EXPECT_TRUE(asked_.empty());
}

}  // namespace
}  // namespace muster::provision
