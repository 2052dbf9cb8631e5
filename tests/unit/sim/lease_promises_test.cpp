#include "tests/sim/faults/lease_promises.hpp"

#include <gmock/gmock.h>

#include "orchestrator/workflow/load_workflow.hpp"
#include "proto/base/log.hpp"
#include "tests/sim/program/inhabitants.hpp"

namespace muster::sim {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

// A master, a node that orch1 had claimed and orch2 claims when that lease is over, 400 s after the night's begin.
class LeasePromisesTest : public testing::Test {
 protected:
  LeasePromisesTest() { log::set_level(log::Level::error); }
  ~LeasePromisesTest() override { log::set_level(log::Level::info); }

  static Options two_orchestrators() {
    Options options;
    options.nodes = 1;
    options.masters = 1;
    options.orchestrators = 2;
    return options;
  }
  void claim(const std::string& caller, std::int64_t fence, seconds at) {
    plugins::ActionRequest request;
    request.action = "claim";
    request.caller = caller;
    request.data = Value::object();
    const auto now_ms = kBegan + std::chrono::milliseconds(at).count();
    all_.machines().back()->witness().saw(
        request, Value{{"fence", fence}, {"lease_expires_at_ms", now_ms + 60'000}}, now_ms);
  }
  std::vector<std::string> broken(std::vector<Fault> plan) {
    return broken_lease_promises({all_.around(), all_.site(), all_.cas(), all_.machines(),
                                  all_.orchestrators(), false, std::move(plan), kBegan});
  }

  static constexpr std::int64_t kBegan = 1'000'000;
  const workflow::Workflow workflow_ = workflow::load_workflow(MUSTER_WORKFLOW).value();
  Inhabitants all_{two_orchestrators(), workflow_, {}};
};

TEST_F(LeasePromisesTest, WhoIsWellKeepsItsLease) {
  claim("cert=orch1", 1, seconds(300));
  claim("cert=orch2", 2, seconds(400));
  EXPECT_THAT(broken({}),
              ElementsAre("n1: cert=orch1 lost its lease to cert=orch2 after 400 s, and "
                          "nothing was wrong"));
}

TEST_F(LeasePromisesTest, WhoWasIllMayLoseIt) {
  claim("cert=orch1", 1, seconds(300));
  claim("cert=orch2", 2, seconds(400));
  const Fault killed{seconds(300), seconds(20), FaultKind::orchestrator_killed, 0};
  EXPECT_THAT(broken({killed}), IsEmpty());
  const Fault cut{seconds(310), seconds(20), FaultKind::cable_cut, 1};
  EXPECT_THAT(broken({cut}), IsEmpty()) << "the node could not be told";
}

TEST_F(LeasePromisesTest, WhatWasWrongWithOthersOrLongAgoIsNoReason) {
  claim("cert=orch1", 1, seconds(300));
  claim("cert=orch2", 2, seconds(400));
  const Fault of_another{seconds(300), seconds(20), FaultKind::orchestrator_killed, 1};
  const Fault long_ago{seconds(100), seconds(20), FaultKind::orchestrator_killed, 0};
  EXPECT_EQ(broken({of_another, long_ago}).size(), 1U);
}

// A clock that was wrong for a while kept it from being renewed, and the lease lasted long after that.
TEST_F(LeasePromisesTest, WhoCouldNotRenewItOnceMayLoseItWhenItEnds) {
  claim("cert=orch1", 1, seconds(100));
  claim("cert=orch2", 2, seconds(400));
  const Fault clock{seconds(110), seconds(20), FaultKind::clock_wrong, 1};
  EXPECT_THAT(broken({clock}), IsEmpty());
  const Fault before{seconds(10), seconds(20), FaultKind::clock_wrong, 1};
  EXPECT_EQ(broken({before}).size(), 1U) << "it was given, and kept, when that was over";
}

// A node takes its time from whoever lets it in, and judges leases by it until another one lets it in.
TEST_F(LeasePromisesTest, WhereAnOrchestratorsClockWasWrongAnyLeaseMayEndEarly) {
  claim("cert=orch1", 1, seconds(300));
  claim("cert=orch2", 2, seconds(400));
  const Fault clock{seconds(10), seconds(20), FaultKind::clock_wrong, 3};
  EXPECT_THAT(broken({clock}), IsEmpty());
  const Fault later{seconds(410), seconds(20), FaultKind::clock_wrong, 3};
  EXPECT_EQ(broken({later}).size(), 1U);
}

TEST_F(LeasePromisesTest, WhatAWitnessComplainsOfIsSaid) {
  claim("cert=orch1", 1, seconds(300));
  claim("cert=orch2", 2, seconds(310));
  const Fault cut{seconds(300), seconds(20), FaultKind::cable_cut, 1};
  EXPECT_THAT(broken({cut}),
              ElementsAre("n1: cert=orch2 was given a lease that cert=orch1 holds for "
                          "50000 ms more"));
}

}  // namespace
}  // namespace muster::sim
