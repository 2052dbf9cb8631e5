#include "orchestrator/provision/node_run.hpp"

#include <gtest/gtest.h>

#include "tests/unit/provision_engine/fake_world.hpp"

namespace muster::provision {
namespace {

class NodeRunTest : public testing::Test {
 protected:
  Ending run(std::optional<client::Record> before = std::nullopt, bool joining = true,
             bool anew = false) {
    Candidature node{"web1", std::nullopt, {{"country", "de"}}, std::move(before), anew};
    if (joining) node.join = client::JoinAddress{"c1", "key"};
    node.grant = grant_;
    NodeRun attempt(
        workflow_, world_, "orch1", std::move(node),
        [this](const client::Record& record) { record_ = record, ++told_; },
        [this](const client::Record& record) -> Status {
          told_of_claim_ = record.claim.has_value();
          return ++notified_, Status{};
        });
    return attempt.run();
  }
  static client::Record record_of(const std::string& state, std::uint32_t attempts) {
    client::Record record;
    record.run_id = "r";
    record.state = state;
    record.attempts = attempts;
    return record;
  }
  const client::Step& step(const std::string& name) const {
    for (const auto& each : record_.steps)
      if (each.name == name) return each;
    static const client::Step none;
    return none;
  }

  Workflow workflow_ = load_workflow(MUSTER_SOURCE_DIR "/config/workflows/puppet.yaml").value();
  FakeWorld world_;
  CertificateGrant grant_;
  client::Record record_;
  int told_ = 0;
  int notified_ = 0;
  bool told_of_claim_ = false;
};

TEST_F(NodeRunTest, ANewNodeIsTakenToProduction) {
  const auto ending = run();
  EXPECT_EQ(ending.kind, Ending::Kind::finished) << ending.reason;
  EXPECT_EQ(record_.state, "finished");
  EXPECT_EQ(record_.master, "m-de");
  EXPECT_EQ(record_.ca_fingerprint, "ca-m-de") << "whose the name is from now on";
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

TEST_F(NodeRunTest, AMasterThatWorksOwesNothing) {
  run();
  EXPECT_TRUE(world_.owed.empty());
}

TEST_F(NodeRunTest, AMasterDoesNotCleanItsOwnCertificate) {
  world_.add_master("web1", {{"country", "fr"}});
  run();
  EXPECT_EQ(world_.count("web1 puppetca#clean"), 0U);
  EXPECT_TRUE(world_.owed.empty());
}

TEST_F(NodeRunTest, AStoppingOrchestratorAsksTheNodeNoMore) {
  world_.on("provision#run", [&](const Value& in) {
    world_.stopping = true;
    return Value{{"job", "job-" + in.at("step").get<std::string>()}};
  });
  const auto ending = run();
  EXPECT_EQ(world_.count("web1 provision#job"), 0U);
  EXPECT_EQ(ending.kind, Ending::Kind::again);
  EXPECT_TRUE(ending.held_up) << "it is no failed attempt: " << ending.reason;
  EXPECT_EQ(record_.state, "waiting");
}

TEST_F(NodeRunTest, EveryCallThatChangesTheNodeCarriesTheFence) {
  run();
  const auto after_claim = std::find_if(
      world_.calls.begin(), world_.calls.end(),
      [](const std::string& call) { return call.find("provision#claim") != std::string::npos; });
  ASSERT_NE(after_claim, world_.calls.end());
  for (auto i = static_cast<std::size_t>(after_claim - world_.calls.begin()) + 1;
       i < world_.calls.size(); ++i) {
    const bool asks = world_.calls[i].ends_with("provision#job");
    if (asks || world_.calls[i].find("provision#") == std::string::npos) continue;
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

TEST_F(NodeRunTest, TheMasterIsToldWhatTheTokenAllows) {
  Value told;
  world_.on("puppetca#sign", [&](const Value& in) {
    told = in;
    return Value::object();
  });
  grant_ = {{{"pp_role", "web"}}, {"www.example"}};
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(told.at("extensions"), (Value{{"pp_role", "web"}}));
  EXPECT_EQ(told.at("alternative_names"), Value({"www.example"}));
}

TEST_F(NodeRunTest, WhoseTokenAllowsNothingGetsNothing) {
  Value told;
  world_.on("puppetca#sign", [&](const Value& in) {
    told = in;
    return Value::object();
  });
  run();
  EXPECT_EQ(told.at("extensions"), Value::object());
  EXPECT_EQ(told.at("alternative_names"), Value::array());
}

// Or whoever asks for a name could keep people from hearing what became of its node.
TEST_F(NodeRunTest, AnotherMachinesClaimDoesNotHideTheOutcome) {
  auto before = record_of("waiting", 1);
  before.claim = admission::NameRequest{"another key", "10.0.0.9", 1};
  EXPECT_EQ(run(before, false).kind, Ending::Kind::finished);
  EXPECT_EQ(notified_, 1);
  EXPECT_FALSE(told_of_claim_);
  EXPECT_TRUE(record_.claim) << "it is still there for an operator to see";
}

// Its certificate would be believed by nobody.
TEST_F(NodeRunTest, AMasterWhoseCaMayNotIssueTheNameIsNotChosen) {
  world_.masters[0].patterns = {"*.de"};
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(record_.master, "m-us");
  world_.claimed =
      Value{{"fence", 7}, {"step", "pick-master"}, {"master", "m-de"}, {"workflow", "puppet"}};
  run();
  EXPECT_EQ(record_.master, "m-us") << "whatever the node says that it had";
  world_.masters[1].patterns = {"*.us"};
  const auto ending = run();
  EXPECT_TRUE(ending.held_up) << "another may come";
  EXPECT_NE(ending.reason.find("its CA may not issue the name web1"), std::string::npos)
      << ending.reason;
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
  EXPECT_EQ(told_, 0) << "its record is the other's to tell";
  EXPECT_EQ(world_.count("web1 joining provision#release"), 0U);
}

TEST_F(NodeRunTest, ALostLeaseEndsTheAttemptWithoutAWordAboutTheNode) {
  world_.fails("provision#set_puppet_host", Errc::aborted, "stale fence");
  world_.fails("provision#release", Errc::aborted, "stale fence");
  EXPECT_EQ(run().kind, Ending::Kind::yielded);
  EXPECT_EQ(record_.step, "set-puppet-host");
  EXPECT_EQ(record_.state, "running");
}

TEST_F(NodeRunTest, AMasterThatFellIllAfterItWasChosenIsNotGoneOnWith) {
  world_.claimed = Value{
      {"fence", 7}, {"step", "pick-master"}, {"master", "m-de"}, {"workflow", workflow_.name}};
  world_.masters[0].healthy = false;
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(record_.master, "m-us");
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

TEST_F(NodeRunTest, ANodeThatAnotherHasFinishedIsLeftAsItIs) {
  world_.fails("provision#claim", Errc::aborted, "provisioning was finished");
  world_.on("provision#status", [](const Value&) {
    return Value{{"state", "finished"}, {"owner", ""}};
  });
  EXPECT_EQ(run(record_of("waiting", 1), false).kind, Ending::Kind::settled);
  EXPECT_EQ(told_, 0);
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
  EXPECT_EQ(world_.noted.back(), "release after claim");
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

TEST_F(NodeRunTest, AFailedNodeStaysFailedUntilAPersonSaysOtherwise) {
  world_.on("provision#status", [](const Value&) { return Value{{"state", "failed"}}; });
  const auto before = record_of("failed", workflow_.attempts);
  EXPECT_EQ(run(before).kind, Ending::Kind::settled);
  EXPECT_EQ(world_.count("web1 joining provision#claim"), 0U);
  EXPECT_EQ(told_, 0);
  EXPECT_EQ(run(before, true, true).kind, Ending::Kind::finished);
}

TEST_F(NodeRunTest, AFailedNodeThatWasInstalledAnewBeginsAnew) {
  world_.on("provision#status", [](const Value&) { return Value{{"state", "waiting"}}; });
  world_.claimed = Value{{"fence", 7}, {"attempts", 1}};
  EXPECT_EQ(run(record_of("failed", workflow_.attempts)).kind, Ending::Kind::finished);
  EXPECT_EQ(record_.attempts, 1U);
  EXPECT_NE(record_.run_id, "r");
}

TEST_F(NodeRunTest, AnewMeansFromTheFirstStepWhateverTheNodeRemembers) {
  world_.claimed = Value{
      {"fence", 9}, {"step", "request-certificate"}, {"master", "m-us"}, {"workflow", "puppet"}};
  EXPECT_EQ(run(std::nullopt, true, true).kind, Ending::Kind::finished);
  EXPECT_EQ(record_.master, "m-de");
  EXPECT_EQ(world_.count("m-us puppetca#clean"), 1U);
}

TEST_F(NodeRunTest, TheLastLinesOfALongOutputAreShown) {
  world_.on("provision#job", [](const Value&) {
    return Value{{"state", "finished"},
                 {"exit_code", 4},
                 {"output", "the first 256 KiB\n"},
                 {"next_offset", 20},
                 {"last_lines", "Error: the last line\n"}};
  });
  run();
  EXPECT_EQ(record_.last_output, "Error: the last line\n");
}

TEST_F(NodeRunTest, AnswersOfAnotherFormThanPromisedDoNotHarmTheOrchestrator) {
  for (const auto& odd : {Value(), Value(5), Value::array({1}), Value::object()}) {
    world_.on("provision#job", [odd](const Value&) {
      return Value{{"state", "finished"},
                   {"exit_code", odd},
                   {"output", odd},
                   {"next_offset", odd},
                   {"last_lines", odd}};
    });
    EXPECT_NE(run().kind, Ending::Kind::finished) << odd;
    world_.on("provision#job", [odd](const Value&) { return odd; });
    workflow_.steps[workflow_.index_of("bootstrap-run")].timeout = std::chrono::seconds(0);
    EXPECT_NE(run().kind, Ending::Kind::finished) << odd;
  }
}

TEST_F(NodeRunTest, OutputIsCutAtTheBeginOfALine) {
  int asked = 0;
  world_.on("provision#job", [&](const Value&) {
    if (++asked == 1)
      return Value{{"state", "running"}, {"output", std::string(5'000, 'x') + "\n\u00fc\n"}};
    return Value{{"state", "lost"}};
  });
  workflow_.steps[workflow_.index_of("bootstrap-run")].tries = 1;
  run();
  EXPECT_EQ(record_.last_output, "\u00fc\n");
}

TEST_F(NodeRunTest, OutputOfAnEarlierRunIsNotShownForOneThatCouldNotStart) {
  world_.on("provision#run", [](const Value& in) -> Result<Value> {
    if (in.at("step") == "production-run") return fail(Errc::aborted, "Puppet is disabled");
    return Value{{"job", "j"}};
  });
  run();
  EXPECT_NE(record_.reason.find("Puppet is disabled"), std::string::npos);
  EXPECT_EQ(record_.last_output, "");
}

TEST_F(NodeRunTest, EveryPlaceWithAMasterIsGivenBack) {
  run();
  world_.fails("provision#set_puppet_host", Errc::aborted, "no");
  run();
  for (const auto& [master, count] : world_.enlisted) EXPECT_EQ(count, 0) << master;
}

}  // namespace
}  // namespace muster::provision
