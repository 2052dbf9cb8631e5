// Runs in which something is down, fails or stops.
#include "orchestrator/provision/run/node_run.hpp"

#include "tests/unit/provision_engine/node_run_lab.hpp"

namespace muster::provision {
namespace {

TEST_F(NodeRunTest, AMasterThatIsDownOwesTheCleaning) {
  world_.masters[1].healthy = false;
  world_.absent = {"m-fr"};
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(world_.count("m-us puppetca#clean"), 0U);
  EXPECT_EQ(world_.owed, (std::vector<std::string>{"m-fr web1", "m-us web1"}));
}

// Only what the table of step kinds says leaves one.
TEST_F(NodeRunTest, ACallToAllMastersLeavesNoDebt) {
  auto& step = workflow_.steps[workflow_.index_of("clean-certificates")];
  step.kind = workflow::Kind::call;
  step.agent = "puppetca";
  step.action = "health";
  world_.masters[1].healthy = false;
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(world_.count("m-de puppetca#health"), 1U);
  EXPECT_TRUE(world_.owed.empty());
  EXPECT_EQ(this->step("clean-certificates").message, "left out: m-us");
}

TEST_F(NodeRunTest, AFailingMasterGivesWayToAnother) {
  world_.on("puppetca#sign",
            [](const Value&) -> Result<Value> { return fail(Errc::timeout, "no answer"); });
  int requests = 0;
  world_.on("provision#request_certificate", [&](const Value& in) -> Result<Value> {
    ++requests;
    if (in.at("ca_pem") == "CA of m-us")
      world_.on("puppetca#sign", [](const Value&) { return Value::object(); });
    return Value{{"fingerprint", "f1"}};
  });
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(record_.master, "m-us");
  EXPECT_EQ(requests, 2);
}

TEST_F(NodeRunTest, FailuresOfTheCatalogueAreRetriedThenTheLeaseIsGivenBack) {
  world_.on("provision#job", [](const Value&) {
    return Value{{"state", "finished"},
                 {"exit_code", 6},
                 {"output", "Error: no such file\n"},
                 {"next_offset", 20}};
  });
  const auto ending = run();
  EXPECT_EQ(ending.kind, Ending::Kind::again);
  EXPECT_NE(ending.reason.find("exit 6"), std::string::npos) << ending.reason;
  EXPECT_EQ(world_.count("web1 provision#run"), 3U);
  EXPECT_EQ(world_.calls.back(), "web1 provision#release");
  EXPECT_EQ(record_.state, "waiting");
  EXPECT_NE(record_.last_output.find("no such file"), std::string::npos);
  EXPECT_EQ(step("bootstrap-run").tries, 3U);
}

TEST_F(NodeRunTest, AfterTheLastAttemptTheNodeWaitsAsFailed) {
  world_.fails("provision#set_puppet_host", Errc::aborted, "read-only file system");
  EXPECT_EQ(run(record_of("waiting", workflow_.attempts - 1)).kind, Ending::Kind::failed);
  EXPECT_EQ(record_.state, "failed");
  EXPECT_NE(record_.reason.find("read-only file system"), std::string::npos);
}

TEST_F(NodeRunTest, AMasterThatFellIllAfterItWasChosenIsNotGoneOnWith) {
  node_did("pick-master", "m-de");
  world_.masters[0].healthy = false;
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(record_.master, "m-us");
}

TEST_F(NodeRunTest, WaitingForAMasterIsNoFailedAttempt) {
  world_.masters.clear();
  const auto ending = run(record_of("waiting", workflow_.attempts - 1));
  EXPECT_EQ(ending.kind, Ending::Kind::again);
  EXPECT_TRUE(ending.held_up);
  EXPECT_EQ(record_.state, "waiting");
  EXPECT_EQ(record_.attempts, workflow_.attempts - 1);
  EXPECT_NE(record_.reason.find("no Puppet master is online"), std::string::npos);
  EXPECT_NE(record_.reason.find("goes on as soon as there is one"), std::string::npos);
  EXPECT_EQ(world_.calls.back(), "web1 joining provision#release");
}

TEST_F(NodeRunTest, WhenEveryMasterFailedTheReasonSaysWhatEachFailedIn) {
  world_.fails("puppetca#sign", Errc::aborted, "refused to sign web1");
  const auto ending = run();
  EXPECT_EQ(ending.kind, Ending::Kind::again);
  EXPECT_FALSE(ending.held_up);
  EXPECT_EQ(record_.attempts, 1U);
  for (const auto* master : {"m-de", "m-us"})
    EXPECT_NE(ending.reason.find(std::string(master) + " (sign-certificate: refused to sign web1)"),
              std::string::npos)
        << ending.reason;
}

TEST_F(NodeRunTest, TheAttemptAfterAFailedMasterBeginsWithTheChoice) {
  world_.fails("provision#request_certificate", Errc::aborted, "a request for another key");
  EXPECT_EQ(run().kind, Ending::Kind::again);
  EXPECT_TRUE(world_.told.finished.empty());
}

TEST_F(NodeRunTest, AMemberWhoseMasterIsDownIsHeldUp) {
  world_.masters[1].healthy = false;
  world_.masters[1].ill_because = "its Puppet Server is down";
  const auto ending = run(std::nullopt, false);
  EXPECT_TRUE(ending.held_up);
  EXPECT_NE(ending.reason.find("m-us, which issued this node's certificate: its Puppet Server"),
            std::string::npos)
      << ending.reason;
}

TEST_F(NodeRunTest, BeingCutOffFromTheBusIsNoFailedAttempt) {
  world_.fails("provision#set_puppet_host", Errc::unavailable, "not connected");
  world_.fails("provision#release", Errc::unavailable, "not connected");
  EXPECT_TRUE(run(record_of("waiting", workflow_.attempts - 1)).held_up);
  EXPECT_EQ(record_.state, "waiting");
}

TEST_F(NodeRunTest, EveryPlaceWithAMasterIsGivenBack) {
  run();
  world_.fails("provision#set_puppet_host", Errc::aborted, "no");
  run();
  EXPECT_EQ(world_.places_taken(), 0);
}

}  // namespace
}  // namespace muster::provision
