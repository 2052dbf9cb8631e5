// What operators ask, and two orchestrators at one node.
#include "orchestrator/provision/provisioner.hpp"
#include "tests/unit/provision_engine/provisioner_lab.hpp"

namespace muster::provision {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST_F(ProvisionerTest, AFailedNodeOfTheJoinZoneBeginsAgainWithTheFirstStep) {
  world_.fails("provision#set_puppet_host", Errc::aborted, "read-only file system");
  provisioner_.joined(joiner("web1"));
  advance(2h);
  ASSERT_EQ(state("web1"), "failed");
  world_.on("provision#set_puppet_host", [](const Value&) { return Value::object(); });
  node_did("sign-certificate", "m-us");
  ASSERT_TRUE(again("web1"));
  advance(1min);
  EXPECT_EQ(state("web1"), "finished");
  EXPECT_EQ(collective_.records["web1"].attempts, 1U);
  EXPECT_EQ(world_.count("m-de puppetca#sign"), 1U) << "whatever the node remembers";
}

TEST_F(ProvisionerTest, AMemberIsToldThatItBeginsAgain) {
  collective_.members["web1"] = {{"provision", "finished"}};
  ASSERT_TRUE(again("web1"));
  EXPECT_EQ(world_.calls, (std::vector<std::string>{"web1 provision#again"}));
}

TEST_F(ProvisionerTest, WhyNothingBeginsAgainIsSaid) {
  EXPECT_THAT(again("web1").error().message, HasSubstr("neither online nor does it wait to join"));
  client::Record refused;
  refused.state = "refused";
  refused.reason = "its token is spent";
  collective_.records["web2"] = refused;
  EXPECT_THAT(again("web2").error().message, HasSubstr("its token is spent"));
  collective_.members["web3"] = {{"provision", "finished"}};
  world_.silent.insert("provision#again");
  EXPECT_EQ(again("web3").error().code, Errc::aborted);
  EXPECT_FALSE(again("no/name"));
}

TEST_F(ProvisionerTest, WhatRunsIsNeitherBegunAgainNorForgotten) {
  runs_go_on();
  provisioner_.joined(joiner("web1"));
  advance(20s);
  EXPECT_THAT(again("web1").error().message, HasSubstr("being provisioned just now"));
  EXPECT_THAT(forget("web1").error().message, HasSubstr("being provisioned just now"));
}

// Faults tried by hand, 11: it was "running" for ever, and both refused.
TEST_F(ProvisionerTest, WhatAProcessOfOursLeftRunningIsForgotten) {
  client::Record left;
  left.identity = "web1";
  left.state = "running";
  left.orchestrator = "orch1";
  collective_.records["web1"] = left;
  EXPECT_TRUE(forget("web1"));
  EXPECT_TRUE(collective_.records.empty());
}

TEST_F(ProvisionerTest, WhatAnotherOrchestratorRunsIsNotOursToForget) {
  another_runs_web1();
  advance(workflow_.lease);
  EXPECT_THAT(forget("web1").error().message, HasSubstr("being provisioned just now"));
  EXPECT_THAT(forget("web2").error().message, HasSubstr("no record"));
}

TEST_F(ProvisionerTest, WhatAnotherOrchestratorLeftRunningLongAgoIsForgotten) {
  another_runs_web1();
  advance(workflow_.lease + 10min);
  EXPECT_TRUE(forget("web1"));
  EXPECT_TRUE(collective_.records.empty());
}

// Neither call was answered; our run began later than the other's, and would hide all that is told of that one.
TEST_F(ProvisionerTest, WhoHearsNothingOfANodeSaysNothingWhileAnotherRunsIt) {
  another_runs_web1();
  const auto others = collective_.records["web1"];
  collective_.records.clear();
  world_.silent = {"provision#claim", "provision#status"};
  provisioner_.joined(joiner("web1"));
  advance(7s);  // claim is not answered
  collective_.records["web1"] = others;
  advance(5s);
  ASSERT_TRUE(provisioner_.idle());
  EXPECT_EQ(collective_.records["web1"].orchestrator, "orch2");
  EXPECT_EQ(state("web1"), "running");
  world_.loop.advance_until([this] { return state("web1") != "running"; }, workflow_.lease + 12min);
  EXPECT_EQ(state("web1"), "waiting") << "it runs no more";
  EXPECT_EQ(collective_.records["web1"].orchestrator, "orch1");
}

// By our clock the run begins before the one that was forgotten, and nobody would have shown it for seven days.
TEST_F(ProvisionerTest, WhoIsForgottenAndComesAgainHasARecordAlthoughOurClockIsBehind) {
  client::Record before;
  before.identity = "web1";
  before.state = "finished";
  before.started_at_ms = world_.unix_ms() + 3'600'000;
  collective_.records["web1"] = before;
  ASSERT_TRUE(forget("web1"));
  provisioner_.joined(joiner("web1"));
  advance(1min);
  EXPECT_THAT(collective_.overtaken, testing::IsEmpty());
  EXPECT_EQ(state("web1"), "finished");
  EXPECT_EQ(collective_.records["web1"].started_at_ms, before.started_at_ms + 1);
}

// The node gives its lease to one of them, as nodes do.
class TwoOrchestrators : public ProvisionerTest {
 protected:
  TwoOrchestrators() {
    other_world_.masters.clear();
    serve(world_, "cert=orch1");
    serve(other_world_, "cert=orch2");
  }
  void serve(FakeWorld& world, const std::string& caller) {
    world.add_master("m-de", {{"country", "de"}});
    world.on("provision#claim", [this, caller](const Value&) -> Result<Value> {
      if (finished_) return fail(Errc::aborted, "provisioning was finished");
      if (!owner_.empty() && owner_ != caller) return fail(Errc::aborted, owner_ + " has it");
      owner_ = caller;
      return Value{{"fence", ++fence_}, {"attempts", fence_}};
    });
    world.on("provision#status", [this](const Value&) {
      return Value{{"state", finished_ ? "finished" : "claimed"},
                   {"owner", owner_},
                   {"lapsed", false},
                   {"lease_expires_at_ms", world_.unix_ms() + 5'000}};
    });
    world.on("provision#enter_collective", [this](const Value&) {
      collective_.members["web1"] = {{"provision", "claimed"}};
      provisioner_.left("c-web1");
      other_.left("c-web1");
      return Value::object();
    });
    world.on("provision#finish", [this](const Value&) {
      finished_ = true;
      collective_.members["web1"] = {{"provision", "finished"}};
      owner_.clear();
      return Value::object();
    });
  }
  // Both loops keep one time.
  void advance_both(std::chrono::seconds by) {
    for (auto passed = 0s; passed < by; passed += 1s) {
      world_.loop.advance(1s);
      other_world_.loop.advance(1s);
    }
  }

  std::string owner_;
  std::int64_t fence_ = 0;
  bool finished_ = false;
  FakeWorld other_world_;
  Provisioner other_{{rules_, other_world_, collective_, other_world_.waits}, "orch2", 2};
};

TEST_F(TwoOrchestrators, OneProvisionsTheNodeAndTheOtherLeavesItAlone) {
  provisioner_.joined(joiner("web1"));
  other_.joined(joiner("web1"));
  advance_both(5min);
  EXPECT_TRUE(finished_);
  EXPECT_EQ(world_.count("web1 provision#run") + other_world_.count("web1 provision#run"), 2U);
  EXPECT_EQ(other_world_.count("web1 joining provision#set_puppet_host"), 0U);
  EXPECT_EQ(state("web1"), "finished");
  EXPECT_EQ(collective_.records["web1"].orchestrator, "orch1");
}

}  // namespace
}  // namespace muster::provision
