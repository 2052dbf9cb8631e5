#include "orchestrator/provision/run/lease.hpp"

#include <gtest/gtest.h>

#include "tests/unit/provision_engine/node_run_lab.hpp"

namespace muster::provision {
namespace {

using std::chrono::seconds;

class LeaseOfARunTest : public testing::Test {
 protected:
  template <class T>
  T ended(loop::Task<T> task) {
    task.start([] {});
    EXPECT_TRUE(world_.loop.advance_until([&] { return task.ended(); }, std::chrono::minutes(1)));
    return task.take();
  }
  void claim() {
    const auto granted = ended(lease_.claim());
    ASSERT_TRUE(granted) << granted.error().message;
    record_.begin_under(granted->at("fence").get<std::int64_t>());
  }

  const workflow::Workflow workflow_ = shipped_workflow();
  FakeWorld world_;
  RunInput node_{"web1", std::nullopt, std::make_shared<const Value>(Value::object()),
                 std::nullopt};
  RunRecord record_{workflow_, world_, "orch1", node_, [](const client::Record&) {}};
  NodeLine line_{workflow_, world_, record_, std::nullopt};
  Lease lease_{workflow_, world_, node_, record_, line_};
};

TEST_F(LeaseOfARunTest, ItIsRenewedOnceAThirdOfItIsOver) {
  claim();
  world_.loop.advance(workflow_.lease / 3 - seconds(1));
  ASSERT_TRUE(ended(lease_.renew()));
  EXPECT_EQ(world_.count("web1 provision#renew"), 0U);
  world_.loop.advance(seconds(2));
  ASSERT_TRUE(ended(lease_.renew()));
  EXPECT_EQ(world_.count("web1 provision#renew"), 1U);
  EXPECT_EQ(world_.fences.back(), 7);
  ASSERT_TRUE(ended(lease_.renew()));
  EXPECT_EQ(world_.count("web1 provision#renew"), 1U);
}

TEST_F(LeaseOfARunTest, AfterOurLinkWasLostItIsRenewedWhateverItsAge) {
  claim();
  ++world_.cut_off;
  ASSERT_TRUE(ended(lease_.renew()));
  EXPECT_EQ(world_.count("web1 provision#renew"), 1U) << "others may have thought us dead";
  ASSERT_TRUE(ended(lease_.renew()));
  EXPECT_EQ(world_.count("web1 provision#renew"), 1U);
}

TEST_F(LeaseOfARunTest, WhatWasNotRenewedIsAskedForAgainTheNextTime) {
  claim();
  world_.loop.advance(workflow_.lease / 2);
  world_.fails("provision#renew", Errc::timeout, "no answer");
  EXPECT_FALSE(ended(lease_.renew()));
  EXPECT_FALSE(ended(lease_.renew()));
  EXPECT_EQ(world_.count("web1 provision#renew"), 2U);
}

TEST_F(LeaseOfARunTest, OneThatWasNeverGrantedIsNotGivenBack) {
  EXPECT_TRUE(ended(lease_.give_back("waiting", "why")));
  EXPECT_TRUE(world_.calls.empty());
}

TEST_F(LeaseOfARunTest, ItIsGivenBackAlsoWhenTheOrchestratorStops) {
  claim();
  world_.waits.stop();
  EXPECT_TRUE(ended(lease_.give_back("waiting", "why")));
  EXPECT_EQ(world_.count("web1 provision#release"), 1U);
}

TEST_F(LeaseOfARunTest, ARefusalSaysWhoseStoryItIs) {
  world_.fails("provision#claim", Errc::aborted, "no");
  EXPECT_FALSE(ended(lease_.claim()));
  EXPECT_FALSE(lease_.refusal().is_anothers_story());
  world_.on("provision#status", [](const Value&) {
    return Value{
        {"owner", "cert=orch2"}, {"fence", 3}, {"lapsed", false}, {"lease_expires_at_ms", 5'000}};
  });
  EXPECT_FALSE(ended(lease_.claim()));
  EXPECT_EQ(lease_.refusal().holder.orchestrator, "orch2");
  EXPECT_EQ(lease_.refusal().holder.fence, 3);
  EXPECT_EQ(lease_.refusal().holder.until_ms, 5'000);
}

}  // namespace
}  // namespace muster::provision
