#include "orchestrator/provision/node_run.hpp"

#include <gtest/gtest.h>

#include "tests/unit/provision_engine/fake_world.hpp"

namespace muster::provision {
namespace {

class NodeRunTest : public testing::Test {
 protected:
  Ending run(std::optional<client::Record> before = std::nullopt, bool joining = true) {
    Candidature node{"web1", std::nullopt, {{"country", "de"}}, std::move(before), ""};
    if (joining) node.join = client::JoinAddress{"c1", "key"};
    NodeRun attempt(
        workflow_, world_, "orch1", std::move(node),
        [this](const client::Record& record) { record_ = record; },
        [this](const client::Record&) -> Status { return ++notified_, Status{}; });
    return attempt.run();
  }
  const client::Step& step(const std::string& name) const {
    for (const auto& each : record_.steps)
      if (each.name == name) return each;
    static const client::Step none;
    return none;
  }

  Workflow workflow_ = load_workflow(MUSTER_SOURCE_DIR "/config/workflows/puppet.yaml").value();
  FakeWorld world_;
  client::Record record_;
  int notified_ = 0;
};

TEST_F(NodeRunTest, ANewNodeIsTakenToProduction) {
  const auto ending = run();
  EXPECT_EQ(ending.kind, Ending::Kind::finished) << ending.reason;
  EXPECT_EQ(record_.state, "finished");
  EXPECT_EQ(record_.master, "m-de");
  EXPECT_EQ(notified_, 1);
  EXPECT_EQ(world_.count("web1 joining provision#enter_collective"), 1U);
  EXPECT_EQ(world_.count("web1 provision#run"),
            2U);  // over the collective, no more in the join zone
  EXPECT_EQ(world_.calls.back(), "web1 provision#finish");
}

TEST_F(NodeRunTest, OldCertificatesAreCleanedOnEveryMaster) {
  run();
  EXPECT_EQ(world_.count("m-de puppetca#clean"), 1U);
  EXPECT_EQ(world_.count("m-us puppetca#clean"), 1U);
}

TEST_F(NodeRunTest, AMasterThatIsDownOwesTheCleaning) {
  world_.masters[1].healthy = false;
  world_.absent = {"m-fr"};
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(world_.count("m-us puppetca#clean"), 0U);
  EXPECT_EQ(world_.owed, (std::vector<std::string>{"m-fr web1", "m-us web1"}));
}

TEST_F(NodeRunTest, EveryCallAfterTheClaimCarriesTheFence) {
  run();
  for (std::size_t i = 1; i < world_.calls.size(); ++i) {
    if (world_.calls[i].find("provision#") == std::string::npos) continue;
    EXPECT_EQ(world_.fences[i], 7) << world_.calls[i];
  }
}

TEST_F(NodeRunTest, FinishedStepsTravelWithTheNextCall) {
  run();
  EXPECT_EQ(
      world_.noted,
      (std::vector<std::string>{
          "set_puppet_host after pick-master", "request_certificate after clean-certificates",
          "fetch_certificate after sign-certificate", "enter_collective after fetch-certificate",
          "run after enter-collective", "run after bootstrap-run", "finish after notify"}));
}

TEST_F(NodeRunTest, AFinishedStepThatTheNodeCouldNotBeToldOfIsToldAgain) {
  int tries = 0;
  world_.on("provision#fetch_certificate", [&](const Value&) -> Result<Value> {
    if (++tries == 1) return fail(Errc::timeout, "no answer");
    return Value::object();
  });
  run();
  EXPECT_EQ(std::count(world_.noted.begin(), world_.noted.end(),
                       "fetch_certificate after sign-certificate"),
            2);
}

TEST_F(NodeRunTest, AMemberSkipsTheCertificateStepsAndStaysWithItsMaster) {
  EXPECT_EQ(run(std::nullopt, false).kind, Ending::Kind::finished);
  EXPECT_EQ(record_.master, "m-us");
  EXPECT_EQ(step("clean-certificates").state, "skipped");
  EXPECT_EQ(step("sign-certificate").state, "skipped");
  EXPECT_EQ(world_.count("m-us puppetca#clean"), 0U);
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
  client::Record before;
  before.run_id = "r";
  before.state = "waiting";
  before.attempts = workflow_.attempts - 1;
  EXPECT_EQ(run(before).kind, Ending::Kind::failed);
  EXPECT_EQ(record_.state, "failed");
  EXPECT_NE(record_.reason.find("read-only file system"), std::string::npos);
}

TEST_F(NodeRunTest, ANodeThatAnotherHasIsLeftAlone) {
  world_.fails("provision#claim", Errc::aborted, "leased by cert=orch2");
  world_.on("provision#status", [](const Value&) {
    return Value{{"state", "claimed"},
                 {"owner", "cert=orch2"},
                 {"lapsed", false},
                 {"lease_expires_at_ms", 5'000'000}};
  });
  const auto ending = run();
  EXPECT_EQ(ending.kind, Ending::Kind::yielded);
  EXPECT_EQ(ending.leased_until_ms, 5'000'000);
  EXPECT_EQ(world_.count("web1 joining provision#release"), 0U);
}

TEST_F(NodeRunTest, ALostLeaseEndsTheAttemptWithoutAWordAboutTheNode) {
  world_.fails("provision#set_puppet_host", Errc::aborted, "stale fence");
  world_.fails("provision#release", Errc::aborted, "stale fence");
  EXPECT_EQ(run().kind, Ending::Kind::yielded);
  EXPECT_EQ(record_.step, "set-puppet-host");
  EXPECT_EQ(record_.state, "running");
}

TEST_F(NodeRunTest, AnotherOrchestratorGoesOnAfterTheLastFinishedStep) {
  world_.claimed = Value{
      {"fence", 9}, {"step", "fetch-certificate"}, {"master", "m-us"}, {"workflow", "puppet"}};
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(record_.master, "m-us");
  EXPECT_EQ(world_.count("m-us puppetca#clean"), 0U);
  EXPECT_EQ(world_.count("web1 joining provision#request_certificate"), 0U);
  EXPECT_EQ(world_.count("web1 joining provision#enter_collective"), 1U);
}

TEST_F(NodeRunTest, WhatAFinishedStepLearntIsAskedForAgain) {
  world_.claimed = Value{
      {"fence", 9}, {"step", "request-certificate"}, {"master", "m-us"}, {"workflow", "puppet"}};
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(world_.count("web1 joining provision#request_certificate"), 1U);
  EXPECT_EQ(world_.count("m-us puppetca#clean"), 0U);
}

TEST_F(NodeRunTest, WithAMasterThatIsGoneItBeginsAgain) {
  world_.claimed =
      Value{{"fence", 9}, {"step", "bootstrap-run"}, {"master", "m-gone"}, {"workflow", "puppet"}};
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(record_.master, "m-de");
  EXPECT_EQ(world_.count("m-de puppetca#clean"), 1U);
}

TEST_F(NodeRunTest, ANodeFinishedOnceThatLostItsCertificateIsMadeAnew) {
  int claims = 0;
  world_.on("provision#claim", [&](const Value&) -> Result<Value> {
    if (++claims == 1) return fail(Errc::aborted, "provisioning is finished");
    return world_.claimed;
  });
  world_.on("provision#status", [](const Value&) {
    return Value{{"state", "finished"}, {"owner", ""}};
  });
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(world_.count("web1 joining provision#again"), 1U);
}

TEST_F(NodeRunTest, EveryPlaceWithAMasterIsGivenBack) {
  run();
  world_.fails("provision#set_puppet_host", Errc::aborted, "no");
  run();
  for (const auto& [master, count] : world_.enlisted) EXPECT_EQ(count, 0) << master;
}

}  // namespace
}  // namespace muster::provision
