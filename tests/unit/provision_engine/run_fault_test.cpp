// Whose fault it is that a step failed: the node's costs an attempt, what is waited for does not.
#include <algorithm>

#include "tests/unit/provision_engine/node_run_lab.hpp"

namespace muster::provision {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class WhoseFaultTest : public NodeRunTest {
 protected:
  // The attempt before the last that it has.
  Ending run_its_last() { return run(record_of("waiting", workflow_.attempts - 1)); }
  bool cost_an_attempt() const { return record_.attempts == workflow_.attempts; }
  void node_goes_away() {
    world_.silent = {"provision#claim",   "provision#status", "provision#renew",
                     "provision#release", "provision#finish", "provision#job"};
  }
  // Of the master that is asked just now.
  bool asks(const std::string& master) const { return world_.calls.back().starts_with(master); }
  void master_fails(const std::string& master, const std::string& call, Error error) {
    world_.on(call, [this, master, error](const Value&) -> Result<Value> {
      if (asks(master)) return fail(error);
      return Value::object();
    });
  }
  const Error forbidden_{Errc::aborted, "m-us puppetca#clean: the CA answered 403"};
  const Error silence_{Errc::timeout, "it did not answer within 60 s"};
};

TEST_F(WhoseFaultTest, ANodeThatIsSilentHoldsItsRunUpAndCostsNoAttempt) {
  node_goes_away();
  const auto ending = run_its_last();
  EXPECT_TRUE(ending.held_up);
  EXPECT_TRUE(ending.node_is_away);
  EXPECT_FALSE(cost_an_attempt());
  EXPECT_EQ(record_.state, "waiting");
  EXPECT_THAT(record_.reason, HasSubstr("did not answer provision#claim; web1 is waited for"));
}

// Faults tried by hand, 17.
TEST_F(WhoseFaultTest, ANodeThatGoesAwayInAStepHoldsItsRunUp) {
  world_.on("provision#set_puppet_host", [this](const Value&) -> Result<Value> {
    node_goes_away();
    return fail(silence_);
  });
  const auto ending = run_its_last();
  EXPECT_TRUE(ending.held_up);
  EXPECT_TRUE(ending.node_is_away);
  EXPECT_FALSE(cost_an_attempt());
  EXPECT_THAT(world_.aside, IsEmpty()) << "no master is to blame";
}

TEST_F(WhoseFaultTest, WhatHangsOnANodeThatAnswersIsItsOwnFault) {
  world_.silent = {"provision#set_puppet_host"};
  EXPECT_EQ(run_its_last().kind, Ending::Kind::failed);
  EXPECT_TRUE(cost_an_attempt());
}

TEST_F(WhoseFaultTest, AMemberThatIsNotOnlineIsNotAskedAnythingElse) {
  world_.silent = {"provision#run", "provision#release"};
  world_.on("provision#set_puppet_host", [this](const Value&) {
    world_.ca_of_members.clear();
    return Value::object();
  });
  const auto ending = run(std::nullopt, false);
  EXPECT_TRUE(ending.held_up);
  EXPECT_TRUE(ending.node_is_away);
  EXPECT_EQ(world_.count("web1 provision#status"), 0U);
}

TEST_F(WhoseFaultTest, WhoStaysInTheJoinZoneThoughItHasItsCertificateHasFailed) {
  world_.silent = {"presence"};
  EXPECT_EQ(run_its_last().kind, Ending::Kind::failed);
  EXPECT_THAT(record_.reason, HasSubstr("did not come back"));
}

TEST_F(WhoseFaultTest, WhoIsAwayWhenItShouldComeBackIsWaitedFor) {
  world_.silent = {"presence", "provision#status"};
  EXPECT_TRUE(run_its_last().held_up);
  EXPECT_FALSE(cost_an_attempt());
}

TEST_F(WhoseFaultTest, APuppetRunOfWhichNothingIsHeardAnyMoreIsWaitedFor) {
  world_.silent = {"provision#job"};
  EXPECT_TRUE(run_its_last().held_up);
  EXPECT_THAT(record_.reason, HasSubstr("web1 does not answer any more; its run may go on"));
}

TEST_F(WhoseFaultTest, ASilentMasterGivesWayToAnotherAndIsSetAside) {
  master_fails("m-de", "puppetca#sign", silence_);
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(record_.master, "m-us");
  ASSERT_TRUE(world_.aside.contains("m-de"));
  EXPECT_THAT(world_.aside["m-de"], HasSubstr("did not answer"));
}

TEST_F(WhoseFaultTest, WithoutAnotherMasterItsOwnIsWaitedFor) {
  world_.masters.resize(1);
  master_fails("m-de", "puppetca#sign", silence_);
  const auto ending = run_its_last();
  EXPECT_TRUE(ending.held_up);
  EXPECT_FALSE(ending.node_is_away);
  EXPECT_FALSE(cost_an_attempt());
  EXPECT_THAT(record_.reason, HasSubstr("m-de (sign-certificate: it did not answer"));
}

TEST_F(WhoseFaultTest, WhomEveryMasterRefusesPaysWithAnAttempt) {
  world_.on("puppetca#sign", [this](const Value&) -> Result<Value> { return fail(forbidden_); });
  EXPECT_EQ(run_its_last().kind, Ending::Kind::failed);
  EXPECT_TRUE(cost_an_attempt());
}

TEST_F(WhoseFaultTest, ANodeThatGoesAwayAfterOneMasterRefusedItIsWaitedFor) {
  master_fails("m-de", "puppetca#sign", forbidden_);
  world_.on("provision#set_puppet_host", [this](const Value&) -> Result<Value> {
    if (record_.master == "m-de") return Value::object();
    node_goes_away();
    return fail(silence_);
  });
  const auto ending = run_its_last();
  EXPECT_EQ(record_.master, "m-us");
  EXPECT_EQ(ending.kind, Ending::Kind::again);
  EXPECT_TRUE(ending.node_is_away);
  EXPECT_FALSE(cost_an_attempt());
}

TEST_F(WhoseFaultTest, AMasterThatIsIllByItsOwnWordIsToBlame) {
  world_.masters.resize(1);
  world_.on("puppetca#sign", [this](const Value&) -> Result<Value> {
    world_.masters[0].healthy = false;
    world_.masters[0].ill_because = "its CA does not serve us";
    return fail(forbidden_);
  });
  EXPECT_TRUE(run_its_last().held_up);
  EXPECT_FALSE(cost_an_attempt());
}

TEST_F(WhoseFaultTest, AStepThatFailsWhileItsMasterIsIllWaitsForThatMaster) {
  world_.on("provision#job", [this](const Value&) {
    world_.masters[0].healthy = false;
    return Value{{"state", "finished"}, {"exit_code", 1}, {"output", ""}, {"next_offset", 0}};
  });
  EXPECT_TRUE(run_its_last().held_up);
  EXPECT_THAT(record_.reason, HasSubstr("; m-de is waited for"));
}

TEST_F(WhoseFaultTest, AMasterThatDidNotAnswerAnotherRunExcusesNoNode) {
  world_.on("provision#job", [this](const Value&) {
    world_.aside["m-de"] = "it did not answer what another node needed";
    return Value{{"state", "finished"}, {"exit_code", 1}, {"output", ""}, {"next_offset", 0}};
  });
  EXPECT_EQ(run_its_last().kind, Ending::Kind::failed);
  EXPECT_TRUE(cost_an_attempt());
}

TEST_F(WhoseFaultTest, AFullMasterIsNotToBlame) {
  world_.on("provision#set_puppet_host", [this](const Value&) -> Result<Value> {
    world_.masters[0].healthy = false;
    world_.masters[0].is_full = true;
    return fail(Errc::aborted, "read-only file system");
  });
  EXPECT_EQ(run_its_last().kind, Ending::Kind::failed);
}

TEST_F(WhoseFaultTest, WhenWeWereCutOffNoMasterIsSetAside) {
  world_.on("puppetca#sign", [this](const Value&) -> Result<Value> {
    ++world_.cut_off;
    return fail(silence_);
  });
  EXPECT_TRUE(run_its_last().held_up);
  EXPECT_FALSE(cost_an_attempt());
  EXPECT_THAT(world_.aside, IsEmpty());
}

// Faults tried by hand, 8: six of six nodes failed for good, and none used that master.
TEST_F(WhoseFaultTest, ASickMasterOfOthersOwesTheCleaningAndFailsNobody) {
  master_fails("m-us", "puppetca#clean", forbidden_);
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_THAT(world_.owed, testing::ElementsAre("m-us web1"));
  EXPECT_THAT(world_.aside, IsEmpty());
  EXPECT_THAT(step("clean-certificates").message, HasSubstr("m-us (m-us puppetca#clean: the CA"));
}

TEST_F(WhoseFaultTest, OneThatHangsOwesItToo) {
  master_fails("m-us", "puppetca#clean", silence_);
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_THAT(world_.owed, testing::ElementsAre("m-us web1"));
  EXPECT_TRUE(world_.aside.contains("m-us"));
}

TEST_F(WhoseFaultTest, OneThatIsFullCleansAtOnceAndOwesNothing) {
  world_.masters[1].healthy = false;
  world_.masters[1].is_full = true;
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(world_.count("m-us puppetca#clean"), 1U);
  EXPECT_THAT(world_.owed, IsEmpty());
}

TEST_F(WhoseFaultTest, WhenItsOwnMasterCannotCleanAnotherIsChosen) {
  master_fails("m-de", "puppetca#clean", forbidden_);
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(record_.master, "m-us");
  EXPECT_THAT(world_.owed, testing::ElementsAre("m-de web1"));
}

// Faults tried by hand, 16: the debt was paid while the node's request lay there.
TEST_F(WhoseFaultTest, AMasterThatWentAwayAfterItWasChosenOwesNothingOfItsOwnNode) {
  world_.on("provision#set_puppet_host", [this](const Value&) {
    if (world_.masters.size() == 2) world_.masters.erase(world_.masters.begin());
    return Value::object();
  });
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(record_.master, "m-us");
}

TEST_F(WhoseFaultTest, WhereTheNameWasGivenOutSinceNothingIsSigned) {
  world_.on("puppetca#clean", [this](const Value&) {
    return asks("m-us") ? Value{{"kept", "signed"}} : Value::object();
  });
  EXPECT_EQ(run_its_last().kind, Ending::Kind::failed);
  EXPECT_THAT(record_.reason, HasSubstr("is signed at m-us since the time that was given"));
  EXPECT_EQ(world_.count("m-de puppetca#sign") + world_.count("m-us puppetca#sign"), 0U);
  EXPECT_THAT(world_.owed, IsEmpty());
}

TEST_F(WhoseFaultTest, AMasterThatMayNotIssueTheNameCannotStopItsJoinByAWord) {
  world_.masters.back().patterns = {"*.us"};
  world_.on("puppetca#clean", [this](const Value&) {
    return asks("m-us") ? Value{{"kept", "signed"}} : Value::object();
  });
  EXPECT_EQ(run_its_last().kind, Ending::Kind::finished);
  EXPECT_EQ(record_.master, "m-de");
  const auto clean = std::find_if(record_.steps.begin(), record_.steps.end(), [](const auto& step) {
    return step.message.find("m-us") != std::string::npos;
  });
  ASSERT_NE(clean, record_.steps.end());
  EXPECT_EQ(clean->message, "m-us keeps it (signed), and may not issue it");
}

// Faults tried by hand, 9.
TEST_F(WhoseFaultTest, AnOutboxThatCannotBeWrittenFailsNoNode) {
  world_.told_people = fail(Errc::io, "No space left on device");
  auto input = node();
  int told_later = 0;
  input.tell_later = [&](const client::Record&) { ++told_later; };
  EXPECT_EQ(run_to_end(std::move(input)).kind, Ending::Kind::finished);
  EXPECT_EQ(told_later, 1);
  EXPECT_TRUE(record_.untold) << "or it would be told to nobody if we died now";
  EXPECT_EQ(step("notify").state, "done");
  EXPECT_EQ(step("notify").message, "people are not told yet: No space left on device");
}

// Faults tried by hand, 14: it was in production by mail, and an hour later it had failed.
TEST_F(WhoseFaultTest, OfANodeThatCannotWritePeopleHearThatItFailedAndNothingElse) {
  const auto cannot_write = [](const Value&) -> Result<Value> {
    return fail(Errc::aborted, "cannot write provision.json: Read-only file system");
  };
  world_.on("provision#job", [&](const Value&) {
    for (const auto* call : {"provision#renew", "provision#finish", "provision#release"})
      world_.on(call, cannot_write);
    return Value{{"state", "finished"}, {"exit_code", 0}, {"output", ""}, {"next_offset", 0}};
  });
  world_.on("provision#status", [](const Value&) {
    return Value{{"owner", "cert=orch1"}, {"fence", 7}};
  });
  workflow_.steps.erase(workflow_.steps.begin() +
                        static_cast<std::ptrdiff_t>(workflow_.index_of("bootstrap-run")));
  EXPECT_EQ(run_its_last().kind, Ending::Kind::failed);
  EXPECT_THAT(record_.reason, HasSubstr("notify: cannot renew the lease: cannot write"));
  EXPECT_THAT(world_.notified, IsEmpty()) << "of a failure the orchestrator tells, not the step";
}

}  // namespace
}  // namespace muster::provision
