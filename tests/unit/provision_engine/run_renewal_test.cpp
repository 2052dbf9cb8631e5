// The lease is renewed beside whatever a step does.
#include <gmock/gmock.h>

#include "orchestrator/workflow/parse.hpp"
#include "tests/unit/provision_engine/node_run_lab.hpp"

namespace muster::provision {
namespace {

using std::chrono::seconds;

class RenewalOfARunTest : public NodeRunTest {
 protected:
  // The lease is one minute.
  void slow_step(const std::string& rest = "") {
    auto workflow = workflow::parse_workflow(
        "name: w\nattempts: 9\nsteps:\n  - {name: claim, do: claim}\n"
        "  - {name: pick, do: pick-master}\n"
        "  - {name: slow, call: puppetca#health, on: master, timeout_s: 900" +
            rest + "}\n  - {name: finish, call: provision#finish}\n",
        "w.yaml");
    ASSERT_TRUE(workflow) << workflow.error().message;
    workflow_ = *std::move(workflow);
    world_.slow["puppetca#health"] = seconds(600);
  }
  void another_has_it() {
    world_.fails("provision#renew", Errc::aborted, "stale fence");
    world_.fails("provision#release", Errc::aborted, "stale fence");
  }
  std::int64_t took_ms() {
    const auto begun_ms = world_.unix_ms();
    ending_ = run();
    return world_.unix_ms() - begun_ms;
  }
  std::size_t renewals() const { return world_.count("web1 joining provision#renew"); }

  Ending ending_;
};

TEST_F(RenewalOfARunTest, ACallThatTakesLongerThanTheLeaseKeepsIt) {
  slow_step();
  run();
  EXPECT_EQ(record_.state, "finished") << record_.reason;
  EXPECT_EQ(step("slow").tries, 1U);
  EXPECT_GE(renewals(), 600U / 21U);
  EXPECT_LE(renewals(), 600U / 19U);
}

TEST_F(RenewalOfARunTest, NothingOfItIsLeftWhenTheStepHasEnded) {
  slow_step();
  run();
  EXPECT_EQ(world_.waits.size(), 0U);
}

TEST_F(RenewalOfARunTest, AnswersThatAreLostAreNoFailureBeforeTheLeaseIsOver) {
  slow_step();
  int asked = 0;
  world_.on("provision#renew", [&](const Value&) -> Result<Value> {
    if (++asked % 4 != 0) return fail(Errc::timeout, "no answer");
    return Value::object();
  });
  run();
  EXPECT_EQ(record_.state, "finished") << record_.reason;
  EXPECT_EQ(step("slow").tries, 1U);
}

TEST_F(RenewalOfARunTest, NoCallOutlastsALeaseThatIsNotAnswered) {
  slow_step(", tries: 1");
  world_.silent = {"provision#renew", "provision#release"};
  EXPECT_LE(took_ms(), 60'000 + 5'000);  // the lease, and giving it back
  EXPECT_EQ(ending_.kind, Ending::Kind::again);
  EXPECT_NE(ending_.reason.find("slow: cannot renew the lease: web1 did not answer"),
            std::string::npos)
      << ending_.reason;
}

TEST_F(RenewalOfARunTest, AStepEndsWhenAnotherHasTheNode) {
  slow_step();
  another_has_it();
  EXPECT_LE(took_ms(), 25'000);
  EXPECT_EQ(ending_.kind, Ending::Kind::yielded);
  EXPECT_EQ(record_.state, "running") << "what becomes of it is the other's to tell";
  EXPECT_EQ(world_.count("m-de puppetca#health") + world_.count("m-us puppetca#health"), 1U);
}

TEST_F(RenewalOfARunTest, NoMasterIsToBlameForALostLease) {
  slow_step(", on_failure: other-master");
  another_has_it();
  EXPECT_LE(took_ms(), 25'000);
  EXPECT_EQ(ending_.kind, Ending::Kind::yielded);
}

TEST_F(RenewalOfARunTest, ALeaseThatIsLostWhileMastersAreAskedIsYielded) {
  another_has_it();
  world_.slow["puppetca#clean"] = seconds(50);
  EXPECT_EQ(run().kind, Ending::Kind::yielded);
}

TEST_F(RenewalOfARunTest, ItIsKeptBetweenTries) {
  slow_step(", backoff_s: 300, tries: 2");
  world_.slow.clear();
  world_.fails("puppetca#health", Errc::aborted, "no");
  EXPECT_GE(took_ms(), 150'000);
  EXPECT_GE(renewals(), 7U);
}

TEST_F(RenewalOfARunTest, AStopEndsTheStepAndNotTheLeaseFirst) {
  slow_step();
  const auto attempt = run_of(node());
  auto story = attempt->run();
  story.start([] {});
  world_.loop.advance(seconds(100));
  world_.waits.stop();
  world_.loop.advance(world_.latency);
  ASSERT_TRUE(story.ended());
  EXPECT_TRUE(story.take().held_up);
  EXPECT_EQ(world_.calls.back(), "web1 joining provision#release");
}

}  // namespace
}  // namespace muster::provision
