// Steps that are done side by side.
#include <gmock/gmock.h>

#include "orchestrator/workflow/parse.hpp"
#include "tests/unit/provision_engine/node_run_lab.hpp"

namespace muster::provision {
namespace {

using testing::HasSubstr;

class GroupOfARunTest : public NodeRunTest {
 protected:
  void group(const std::string& steps, const std::string& more = "") {
    auto workflow = workflow::parse_workflow(
        "name: w\nsteps:\n  - {name: claim, do: claim}\n  - {name: pick, do: pick-master}\n"
        "  - {name: both, parallel: [" +
            steps + "]" + more + "}\n  - {name: finish, call: provision#finish}\n",
        "w.yaml");
    ASSERT_TRUE(workflow) << workflow.error().message;
    workflow_ = *std::move(workflow);
  }
};

constexpr auto kWaits =
    "{name: one, do: wait, with: {seconds: 600}}, {name: two, do: wait, with: {seconds: 500}}";
constexpr auto kHost =
    "{name: host, call: provision#set_puppet_host, with: {addresses: [a]}, tries: 2}, "
    "{name: wait, do: wait, with: {seconds: 600}}";

TEST_F(GroupOfARunTest, AllTakeNoLongerThanTheLongestAndEachHasItsLine) {
  group(kWaits);
  const auto begun_ms = world_.unix_ms();
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_LT(world_.unix_ms() - begun_ms, 620'000);
  EXPECT_EQ(step("both/one").state, "done");
  EXPECT_EQ(step("both/two").state, "done");
  EXPECT_GE(step("both/one").took_ms, 600'000);
  EXPECT_LT(step("both/two").took_ms, 520'000);
  EXPECT_TRUE(record_.finished.contains("both/two"));
  EXPECT_GE(world_.count("web1 joining provision#renew"), 9U);
}

TEST_F(GroupOfARunTest, OneThatFailsHasItsTriesAndEndsTheAttemptOnceAllHaveEnded) {
  group(kHost);
  world_.fails("provision#set_puppet_host", Errc::aborted, "read-only");
  const auto begun_ms = world_.unix_ms();
  const auto ending = run();
  EXPECT_EQ(ending.kind, Ending::Kind::again);
  EXPECT_EQ(ending.reason, "both/host: read-only");
  EXPECT_GE(world_.unix_ms() - begun_ms, 600'000);
  EXPECT_EQ(step("both/host").state, "failed");
  EXPECT_EQ(step("both/host").tries, 2U);
  EXPECT_EQ(step("both/wait").state, "done");
  EXPECT_TRUE(record_.finished.contains("both/wait"));
}

TEST_F(GroupOfARunTest, OnlyWhatIsNotFinishedIsDoneAgain) {
  group(kHost);
  node_did("both/wait", "m-de");
  auto told = world_.claimed->at("progress").get<Value>();
  std::erase_if(*told["finished"].get_ptr<Value::array_t*>(),
                [](const Value& name) { return name == "both/host"; });
  (*world_.claimed)["progress"] = told;
  const auto begun_ms = world_.unix_ms();
  EXPECT_EQ(run(record_of("running", 1)).kind, Ending::Kind::finished);
  EXPECT_LT(world_.unix_ms() - begun_ms, 60'000) << "the wait was over";
  EXPECT_EQ(step("both/host").state, "done");
}

TEST_F(GroupOfARunTest, EachHasItsOwnEndAndItsOwnCondition) {
  group(
      "{name: host, call: provision#set_puppet_host, with: {addresses: [a]}, tries: 1, "
      "on_failure: skip}, {name: tell, do: notify, when: country=us}");
  world_.fails("provision#set_puppet_host", Errc::aborted, "read-only");
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(step("both/host").state, "skipped");
  EXPECT_EQ(step("both/tell").message, "only when: country=us");
}

TEST_F(GroupOfARunTest, WhoOnlyWaitsIsNotTheReason) {
  group(
      "{name: ok, do: wait, with: {approval: dba}}, "
      "{name: host, call: provision#set_puppet_host, with: {addresses: [a]}, tries: 1}");
  world_.fails("provision#set_puppet_host", Errc::aborted, "read-only");
  const auto ending = run();
  EXPECT_FALSE(ending.held_up);
  EXPECT_THAT(ending.reason, HasSubstr("both/host: read-only; both/ok: waits for the approval"));
}

// Whoever stands first: which of them decided was a matter of their order.
TEST_F(GroupOfARunTest, OfSeveralThatFailWhatEndsTheMostFollows) {
  world_.fails("provision#set_puppet_host", Errc::aborted, "read-only");
  const std::string retries =
      "{name: host, call: provision#set_puppet_host, with: {addresses: [a]}, tries: 1}";
  const auto as_well = [&](const std::string& on_failure) {
    return "{name: more, call: provision#set_puppet_host, with: {addresses: [b]}, tries: 1, "
           "on_failure: " +
           on_failure + "}";
  };
  for (const auto& steps : {retries + "," + as_well("fail"), as_well("fail") + "," + retries}) {
    group(steps);
    const auto ending = run();
    EXPECT_EQ(ending.kind, Ending::Kind::failed) << steps;
    EXPECT_EQ(ending.reason, "both/more: read-only; both/host: read-only");
  }
  for (const auto& steps :
       {retries + "," + as_well("other-master"), as_well("other-master") + "," + retries}) {
    group(steps);
    world_.calls.clear();
    run();
    EXPECT_EQ(world_.count("web1 joining provision#set_puppet_host"), 4U)
        << "both with both masters: " << steps;
  }
}

TEST_F(GroupOfARunTest, ALostLeaseEndsAllOfThem) {
  group(kWaits);
  world_.fails("provision#renew", Errc::aborted, "stale fence");
  world_.fails("provision#release", Errc::aborted, "stale fence");
  const auto begun_ms = world_.unix_ms();
  EXPECT_EQ(run().kind, Ending::Kind::yielded);
  EXPECT_LT(world_.unix_ms() - begun_ms, 60'000);
}

}  // namespace
}  // namespace muster::provision
