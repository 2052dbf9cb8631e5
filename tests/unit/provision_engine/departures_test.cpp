// Nodes that are to go.
#include "orchestrator/provision/departures.hpp"

#include "orchestrator/provision/step_approvals.hpp"
#include "orchestrator/workflow/parse.hpp"
#include "proto/base/files.hpp"
#include "tests/unit/provision_engine/provisioner_lab.hpp"

namespace muster::provision {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class DeparturesTest : public ProvisionerTest {
 protected:
  DeparturesTest() {
    collective_.members["web1"] = {{"provision", "finished"}};
    auto& record = collective_.records["web1"];
    record.identity = "web1";
    record.state = "finished";
    record.run_id = "r1";
    record.fence = 7;
    record.orchestrator = "orch2";
    record.started_at_ms = world_.unix_ms() - 5'000;
    record.updated_at_ms = record.started_at_ms;
  }
  static workflow::WorkflowPtr shipped() {
    return std::make_shared<const workflow::Workflow>(
        workflow::parse_workflow(
            base::read_file(MUSTER_SOURCE_DIR "/config/workflows/decommission.yaml").value(),
            "decommission.yaml")
            .value());
  }
  Departures::Outcome order_from(Departures& departures, const std::string& identity) {
    auto task = departures.carry_out({identity}, "alice");
    task.start([] {});
    EXPECT_TRUE(task.ended());
    return task.take().front();
  }
  Departures::Outcome decommission(const std::string& identity = "web1") {
    return order_from(departures_, identity);
  }
  client::Record& record() { return collective_.records["web1"]; }
  // It is banned in its next attempt.
  void waits_for_its_next_attempt() {
    world_.banning = fail(Errc::io, "disk full");
    ASSERT_TRUE(decommission());
    ASSERT_TRUE(world_.loop.advance_until(
        [this] { return record().retry_at_ms > world_.unix_ms(); }, 10min));
    ASSERT_FALSE(departures_.idle());
    world_.banning = Status{};
    world_.banned.clear();
  }
  // By an orchestrator that has departures.
  Orders::Outcome ask(Order order) {
    Orders orders({provisioner_, world_, collective_, workflow_.lease,
                   [this](const std::string& node) { return departures_.is_under_way(node); }},
                  "orch1");
    auto task = orders.carry_out(order, {"web1"}, "alice");
    task.start([] {});
    EXPECT_TRUE(world_.loop.advance_until([&] { return task.ended(); }, 1min));
    return task.take().front();
  }
  std::size_t cleaned() const {
    return world_.count("m-de puppetca#clean") + world_.count("m-us puppetca#clean");
  }

  Departures departures_{{provisioner_, world_, collective_, shipped()}, "orch1"};
};

TEST_F(DeparturesTest, ANodeIsBannedItsCertificatesRevokedPeopleToldAndItIsGone) {
  ASSERT_TRUE(decommission());
  advance(1min);
  EXPECT_EQ(record().state, client::kGone);
  EXPECT_EQ(record().workflow, "decommission");
  EXPECT_THAT(world_.banned, ElementsAre("web1 by alice: it was decommissioned"));
  EXPECT_EQ(cleaned(), 2U) << "on every master";
  ASSERT_EQ(world_.notified.size(), 1U);
  EXPECT_EQ(world_.notified[0].state, client::kGone);
  EXPECT_EQ(world_.count("web1 provision#claim"), 0U) << "it may be away: it is asked nothing";
  EXPECT_TRUE(departures_.idle());
}

TEST_F(DeparturesTest, OneThatIsOfflineGoesAsWell) {
  collective_.members.clear();
  ASSERT_TRUE(decommission());
  advance(1min);
  EXPECT_EQ(record().state, client::kGone);
}

TEST_F(DeparturesTest, WhatAMasterThatIsAwayHasIssuedIsOwed) {
  std::erase_if(world_.masters, [](const auto& master) { return master.identity == "m-us"; });
  world_.absent = {"m-us"};
  ASSERT_TRUE(decommission());
  advance(1min);
  EXPECT_EQ(record().state, client::kGone);
  EXPECT_THAT(world_.owed, ElementsAre("m-us web1"));
  EXPECT_LE(world_.owed_before_ms, record().started_at_ms);
}

TEST_F(DeparturesTest, AskedTwiceItIsDoneOnce) {
  ASSERT_TRUE(decommission());
  EXPECT_EQ(decommission().value(), "it is under way already");
  advance(1min);
  collective_.members.clear();
  EXPECT_EQ(decommission().value(), "it is gone already");
  advance(1min);
  EXPECT_EQ(cleaned(), 2U);
  EXPECT_EQ(world_.notified.size(), 1U);
}

TEST_F(DeparturesTest, OfSeveralOrchestratorsOneDoesIt) {
  Departures other{{provisioner_, world_, collective_, shipped()}, "orch3"};
  world_.slow["puppetca#clean"] = 5s;
  ASSERT_TRUE(decommission());
  ASSERT_TRUE(order_from(other, "web1"));
  advance(1min);
  EXPECT_EQ(record().state, client::kGone);
  EXPECT_EQ(world_.banned.size(), 1U);
  EXPECT_EQ(world_.notified.size(), 1U);
}

TEST_F(DeparturesTest, WhatFailsIsTriedAgainThenToldAndGoesOnWhenAskedAgain) {
  world_.banning = fail(Errc::io, "disk full");
  ASSERT_TRUE(decommission());
  advance(24h);
  EXPECT_EQ(record().state, client::kLeaving);
  EXPECT_EQ(record().attempts, 5U);
  EXPECT_THAT(record().reason, HasSubstr("ban: disk full"));
  ASSERT_EQ(world_.notified.size(), 1U);
  EXPECT_EQ(world_.notified[0].state, client::kLeaving);
  world_.banning = Status{};
  ASSERT_TRUE(decommission());
  advance(1min);
  EXPECT_EQ(record().state, client::kGone);
  EXPECT_EQ(cleaned(), 2U);
}

TEST_F(DeparturesTest, WhoIsBeingProvisionedHereStopsFirst) {
  collective_.members.clear();
  collective_.records.clear();
  runs_go_on();
  provisioner_.joined(joiner("web1"));
  advance(20s);
  ASSERT_EQ(record().state, "running");
  ASSERT_TRUE(decommission());
  advance(30s);
  EXPECT_EQ(record().state, client::kLeaving);
  const auto before = cleaned();
  EXPECT_TRUE(world_.banned.empty()) << "masters may be at what they were asked for";
  advance(1min);
  EXPECT_EQ(record().state, client::kGone);
  EXPECT_EQ(cleaned(), before + 2);
  EXPECT_FALSE(provisioner_.runs("web1"));
  EXPECT_TRUE(record().master.empty());
}

TEST_F(DeparturesTest, WhoIsLeavingIsNotProvisioned) {
  record().state = client::kLeaving;
  provisioner_.joined(joiner("web1"));
  advance(1min);
  EXPECT_EQ(record().state, client::kLeaving);
  EXPECT_EQ(world_.count("web1 joining provision#claim"), 0U);
}

TEST_F(DeparturesTest, OneLeftBehindGoesOnWhenWeAreBack) {
  record().state = client::kLeaving;
  record().orchestrator = "orch1";
  record().workflow = "decommission";
  record().workflow_hash = shipped()->hash;
  record().finished = {"ban"};
  departures_.go_on("web1");
  advance(1min);
  EXPECT_EQ(record().state, client::kGone);
  EXPECT_TRUE(world_.banned.empty());
}

TEST_F(DeparturesTest, OneLeftBehindGoesOnNoEarlierThanWasSaid) {
  record().state = client::kLeaving;
  record().orchestrator = "orch1";
  record().reason = "its provisioning was stopped";
  record().retry_at_ms = world_.unix_ms() + 60'000;
  departures_.go_on("web1");
  advance(50s);
  EXPECT_EQ(cleaned(), 0U) << "masters may still sign what the stopped run asked for";
  EXPECT_TRUE(world_.banned.empty());
  advance(1min);
  EXPECT_EQ(record().state, client::kGone);
}

TEST_F(DeparturesTest, OneThatHadFailedForGoodWaitsForAPersonAlsoWhenWeAreBack) {
  record().state = client::kLeaving;
  record().orchestrator = "orch1";
  record().reason = "ban: disk full";
  departures_.go_on("web1");
  advance(1h);
  EXPECT_EQ(record().state, client::kLeaving);
  EXPECT_TRUE(world_.banned.empty());
}

TEST_F(DeparturesTest, OneInALaterAttemptDoesNotSeemToStayHalfWay) {
  waits_for_its_next_attempt();
  world_.slow["puppetca#clean"] = 30s;
  ASSERT_TRUE(world_.loop.advance_until([this] { return record().retry_at_ms == 0; }, 10min));
  EXPECT_EQ(record().state, client::kLeaving);
  EXPECT_EQ(record().reason, "");
}

TEST_F(DeparturesTest, AskedAgainItsAttemptsAreCountedFromTheFirst) {
  record().state = client::kLeaving;
  record().orchestrator = "orch1";
  record().workflow_hash = shipped()->hash;
  record().attempts = 5;
  record().reason = "ban: disk full";
  waits_for_its_next_attempt();
  EXPECT_EQ(record().attempts, 1U);
}

TEST_F(DeparturesTest, HeldUpAfterItWasAskedAgainItHasAllAttemptsStill) {
  record().state = client::kLeaving;
  record().orchestrator = "orch1";
  record().workflow_hash = shipped()->hash;
  record().attempts = 5;
  record().reason = "ban: disk full";
  const auto asked_at_ms = world_.unix_ms();
  world_.banning = fail(Errc::unavailable, "cut off");
  ASSERT_TRUE(decommission());
  ASSERT_TRUE(world_.loop.advance_until([&] { return record().retry_at_ms > asked_at_ms; }, 10min));
  EXPECT_EQ(record().attempts, 0U);
}

TEST_F(DeparturesTest, AnotherAttemptIsNoStepFurther) {
  waits_for_its_next_attempt();
  world_.banning = fail(Errc::io, "disk full");
  record().told_late = true;
  const auto since_ms = record().no_step_since_ms;
  ASSERT_TRUE(world_.loop.advance_until([this] { return record().attempts == 3; }, 1h));
  EXPECT_EQ(record().no_step_since_ms, since_ms);
  EXPECT_TRUE(record().told_late) << "people are told once";
}

TEST_F(DeparturesTest, WhoHasTheNameAfterItWasForgottenIsNeitherBannedNorRevoked) {
  waits_for_its_next_attempt();
  collective_.records.clear();
  auto& joined = record();
  joined.identity = "web1";
  joined.state = "finished";
  joined.run_id = "of the new machine";
  joined.orchestrator = "orch2";
  joined.started_at_ms = world_.unix_ms();
  advance(1h);
  EXPECT_TRUE(world_.banned.empty());
  EXPECT_EQ(cleaned(), 0U);
  EXPECT_EQ(record().run_id, "of the new machine");
  EXPECT_TRUE(departures_.idle());
}

TEST_F(DeparturesTest, AForgottenRecordDoesNotComeBack) {
  waits_for_its_next_attempt();
  collective_.records.clear();
  advance(1h);
  EXPECT_FALSE(collective_.record("web1"));
  EXPECT_TRUE(world_.banned.empty());
}

TEST_F(DeparturesTest, OneThatWaitsForItsTurnEndsWhenItsNodeIsForgotten) {
  ASSERT_TRUE(decommission());
  collective_.records.clear();
  advance(1min);
  EXPECT_TRUE(world_.banned.empty());
  EXPECT_FALSE(collective_.record("web1"));
}

TEST_F(DeparturesTest, WhileOneIsUnderWayItsNodeIsNeitherForgottenNorProvisionedAgain) {
  collective_.members.clear();
  provisioner_.joined(joiner("web1"));
  waits_for_its_next_attempt();
  EXPECT_THAT(ask(Order::forget).error().message, HasSubstr("web1 is being decommissioned here"));
  EXPECT_THAT(ask(Order::again).error().message, HasSubstr("web1 is being decommissioned here"));
  ASSERT_TRUE(provisioner_.go_on("web1", /*anew=*/true));
  advance(1s);
  EXPECT_FALSE(provisioner_.runs("web1")) << "nor by who asks nobody";
  advance(10min);
  EXPECT_EQ(record().state, client::kGone);
}

TEST_F(DeparturesTest, OneThatStaysHalfWayIsHadBackAsANewMachine) {
  collective_.members.clear();
  record().state = client::kLeaving;
  record().orchestrator = "orch1";
  record().reason = "ban: disk full";
  provisioner_.joined(joiner("web1"));
  advance(1min);
  ASSERT_EQ(record().state, client::kLeaving);
  ASSERT_TRUE(ask(Order::again));
  advance(5min);
  EXPECT_EQ(record().state, "finished");
}

// Its next look at the record may be minutes away.
TEST_F(DeparturesTest, OneThatWaitsForAnApprovalGoesOnAtOnceWhenItIsGiven) {
  const auto asking = std::make_shared<const workflow::Workflow>(
      workflow::parse_workflow("name: w\nretry_first_s: 300\nsteps:\n  - {name: leave, do: leave}\n"
                               "  - {name: ok, do: wait, with: {approval: dba}}\n"
                               "  - {name: ban, do: ban}\n",
                               "w.yaml")
          .value());
  Departures departures{{provisioner_, world_, collective_, asking}, "orch1"};
  ASSERT_TRUE(order_from(departures, "web1"));
  ASSERT_TRUE(world_.loop.advance_until(
      [this] { return record().retry_at_ms > world_.unix_ms() + 60'000; }, 1h));
  StepApprovals approvals{{provisioner_, world_, collective_,
                           [&](const std::string& identity) { departures.wake(identity); }},
                          "orch1"};
  auto given = approvals.approve({"web1", "ok", record().run_id}, "carol");
  given.start([] {});
  ASSERT_TRUE(given.take());
  advance(5s);
  EXPECT_EQ(record().state, client::kGone);
  EXPECT_EQ(world_.banned.size(), 1U);
}

TEST_F(DeparturesTest, WhatCannotGoIsSaid) {
  EXPECT_THAT(decommission("web9").error().message, HasSubstr("nothing is known of 'web9'"));
  collective_.members["m-de"] = Value::object();
  EXPECT_THAT(decommission("m-de").error().message, HasSubstr("is a Puppet master"));
  another_runs_web1();
  EXPECT_THAT(decommission().error().message, HasSubstr("orch2 is provisioning it"));
  record().state = client::kLeaving;
  EXPECT_THAT(decommission().value(), HasSubstr("orch2 is at it already"));
  Departures none{{provisioner_, world_, collective_, nullptr}, "orch1"};
  EXPECT_THAT(order_from(none, "web1").error().message, HasSubstr("orchestrator.yaml"));
}

}  // namespace
}  // namespace muster::provision
