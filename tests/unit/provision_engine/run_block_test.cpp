// Steps of a workflow that is a step of another one.
#include <gmock/gmock.h>

#include "orchestrator/workflow/parse.hpp"
#include "tests/unit/provision_engine/node_run_lab.hpp"

namespace muster::provision {
namespace {

class RunBlockTest : public NodeRunTest {
 protected:
  void with(const std::string& more, const std::string& inner) {
    auto workflow = workflow::parse_workflow(
        "name: w\nsteps:\n  - {name: claim, do: claim}\n"
        "  - {name: pick, do: pick-master}\n"
        "  - {name: part, do: workflow, file: part.yaml" +
            more +
            "}\n  - {name: finish, call: provision#finish}\n"
            "--- # file: part.yaml\nname: part\nsteps:\n" +
            inner,
        "w.yaml");
    ASSERT_TRUE(workflow) << workflow.error().message;
    workflow_ = *std::move(workflow);
  }
};

constexpr auto kEnter = "  - {name: enter, do: enter-collective}\n";
constexpr auto kHost =
    "  - {name: host, call: provision#set_puppet_host, with: {addresses: [a]}}\n";
constexpr auto kTell = "  - {name: tell, do: notify}\n";

TEST_F(RunBlockTest, ItsStepsAreDoneAndRememberedByTheirFullNames) {
  with("", std::string(kHost) + kTell);
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(step("part/host").state, "done");
  EXPECT_TRUE(record_.finished.contains("part/tell"));
}

TEST_F(RunBlockTest, AConditionThatDoesNotHoldKeepsAllOfThemAway) {
  with(", when: country=us", std::string(kHost) + kTell);
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(step("part/host").state, "skipped");
  EXPECT_EQ(step("part/tell").message, "only when: country=us");
  EXPECT_TRUE(world_.notified.empty());
}

TEST_F(RunBlockTest, OnceOneIsDoneAllAreMeant) {
  with(", when: joining", std::string(kEnter) + kTell);
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(step("part/tell").state, "done") << "though the node is a member by then";
}

TEST_F(RunBlockTest, WhoGoesOnFinishesWhatHasBegun) {
  with(", when: joining", std::string(kEnter) + kTell);
  node_did("part/enter", "m-de");
  EXPECT_EQ(run(record_of("running", 1), /*joining=*/false).kind, Ending::Kind::finished);
  EXPECT_EQ(step("part/tell").state, "done");
}

TEST_F(RunBlockTest, SkippedItIsLeftOutWithTheRest) {
  world_.fails("provision#set_puppet_host", Errc::aborted, "read-only");
  with(", on_failure: skip", std::string(kHost) + kTell);
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(step("part/host").message, "failed: read-only");
  EXPECT_EQ(step("part/tell").state, "skipped");
  EXPECT_EQ(step("part/tell").message, "part/host failed");
  EXPECT_TRUE(world_.notified.empty());
  EXPECT_EQ(step("finish").state, "done");
}

TEST_F(RunBlockTest, SkippedItIsLeftOutWithTheRestAlsoWhenOneOfSeveralAtOnceFailed) {
  world_.fails("provision#set_puppet_host", Errc::aborted, "read-only");
  with(", on_failure: skip",
       "  - {name: both, parallel: [{name: host, call: provision#set_puppet_host, "
       "with: {addresses: [a]}, tries: 1}, {name: pause, do: wait, with: {seconds: 60}}]}\n" +
           std::string(kTell));
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(step("part/both/host").message, "failed: read-only");
  EXPECT_EQ(step("part/both/pause").state, "done");
  EXPECT_EQ(step("part/tell").message, "part/both/host failed");
  EXPECT_TRUE(world_.notified.empty());
  EXPECT_EQ(step("finish").state, "done");
}

}  // namespace
}  // namespace muster::provision
