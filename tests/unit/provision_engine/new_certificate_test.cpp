// What becomes of a member that is to give its certificate up.
#include "tests/unit/provision_engine/orders_lab.hpp"

namespace muster::provision {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

// A member in production, as its record says.
class NewCertificateTest : public OrdersLab {
 protected:
  NewCertificateTest() {
    collective_.members["web1"] = {{"provision", "finished"}};
    auto& record = collective_.records["web1"];
    record.identity = "web1";
    record.state = "finished";
    record.key_fingerprint = "fp-web1";
    world_.on("provision#again", [this](const Value& arguments) {
      asked_ = arguments;
      return Value{{"state", "waiting"}};
    });
  }
  Orders::Outcome new_certificate() { return order(Order::new_certificate, "web1"); }
  void stays_half_way() {
    auto& record = collective_.records["web1"];
    record.state = client::kLeaving;
    record.orchestrator = "orch1";
    record.workflow = "decommission";
    record.reason = "ban: disk full";
  }
  void joins_anew() {
    collective_.members.erase("web1");
    provisioner_.joined(joiner("web1"));
    advance(1min);
  }
  Value asked_;
};

TEST_F(NewCertificateTest, AMemberIsAskedToGiveItsCertificateUpAndIsProvisionedOnceItJoins) {
  ASSERT_TRUE(new_certificate());
  EXPECT_EQ(asked_.value("new_certificate", false), true);
  advance(1min);
  EXPECT_EQ(provisioner_.runs(), 0U) << "not as a member";
  joins_anew();
  EXPECT_EQ(state("web1"), "finished");
  EXPECT_GT(world_.count("m-us puppetca#clean") + world_.count("m-de puppetca#clean"), 1U)
      << "on all masters";
  EXPECT_EQ(world_.count("web1 joining provision#request_certificate"), 1U);
}

// The node moves its key aside and joins: a record that holds everybody off would leave it outside for good.
TEST_F(NewCertificateTest, AMemberThatWasCancelledIsProvisionedOnceItJoins) {
  collective_.records["web1"].state = client::kCancelled;
  collective_.records["web1"].finished = {"set-puppet-host"};
  ASSERT_TRUE(new_certificate());
  EXPECT_EQ(state("web1"), "waiting");
  joins_anew();
  EXPECT_EQ(state("web1"), "finished");
  EXPECT_EQ(world_.count("web1 joining provision#set_puppet_host"), 1U);
}

TEST_F(NewCertificateTest, AMemberWhoseDepartureStaysHalfWayIsProvisionedOnceItJoins) {
  stays_half_way();
  ASSERT_TRUE(new_certificate());
  EXPECT_EQ(state("web1"), "waiting");
  EXPECT_EQ(collective_.records["web1"].key_fingerprint, "fp-web1") << "it is let in as itself";
  joins_anew();
  EXPECT_EQ(state("web1"), "finished");
}

TEST_F(NewCertificateTest, AMemberThatWasCancelledIsProvisionedAgainAsOne) {
  collective_.records["web1"].state = client::kCancelled;
  ASSERT_TRUE(again("web1"));
  advance(1min);
  EXPECT_EQ(state("web1"), "finished");
}

TEST_F(NewCertificateTest, AMemberWhoseDepartureStaysHalfWayIsProvisionedAgainAsOne) {
  stays_half_way();
  ASSERT_TRUE(again("web1"));
  advance(1min);
  EXPECT_EQ(state("web1"), "finished");
  EXPECT_EQ(collective_.records["web1"].workflow, workflow_.name);
}

TEST_F(NewCertificateTest, AMemberThatWaitsForPeopleIsNotHeldUpByThatWhenItBeginsAgain) {
  auto& record = collective_.records["web1"];
  record.state = "waiting";
  record.run_id = "r";
  record.waits = {{"ok", "dba", world_.unix_ms(), world_.unix_ms() + 3'600'000, ""}};
  ASSERT_TRUE(again("web1"));
  EXPECT_TRUE(record.waits.empty());
  advance(1min);
  EXPECT_EQ(state("web1"), "finished");
}

TEST_F(NewCertificateTest, AMemberThatAnotherOrchestratorDecommissionsIsNotReset) {
  stays_half_way();
  collective_.records["web1"].orchestrator = "orch2";
  collective_.records["web1"].updated_at_ms = world_.unix_ms();
  EXPECT_THAT(again("web1").error().message, HasSubstr("being decommissioned by orch2"));
  EXPECT_THAT(new_certificate().error().message, HasSubstr("being decommissioned by orch2"));
  EXPECT_TRUE(asked_.is_null());
  EXPECT_EQ(state("web1"), client::kLeaving);
}

TEST_F(NewCertificateTest, ANodeThatCouldNotComeBackIsLeftAsItIsInItsOwnWords) {
  world_.fails("provision#again", Errc::aborted, "web1 has no join token");
  EXPECT_THAT(new_certificate().error().message, HasSubstr("web1 has no join token"));
  EXPECT_EQ(state("web1"), "finished");
}

TEST_F(NewCertificateTest, WhatStaysOfTheOldOneIsSaid) {
  world_.on("provision#again", [](const Value&) {
    return Value{{"state", "waiting"},
                 {"problems", {"cannot move a aside", "cannot move b aside"}}};
  });
  EXPECT_EQ(new_certificate().value(), "cannot move a aside; cannot move b aside");
}

TEST_F(NewCertificateTest, WhomNobodyWouldKnowAgainIsNotAsked) {
  collective_.records["web1"].key_fingerprint.clear();
  EXPECT_THAT(new_certificate().error().message, HasSubstr("join key"));
  EXPECT_TRUE(asked_.is_null());
}

TEST_F(NewCertificateTest, WhomItsWorkflowWouldLeaveWithoutOneIsNotAsked) {
  auto cleans_nothing = workflow_;
  std::erase_if(cleans_nothing.steps, [](const workflow::Step& step) {
    return step.kind == workflow::Kind::clean_certificates;
  });
  const workflow::Rules rules(cleans_nothing);
  Provisioner provisioner({rules, world_, collective_, world_.waits}, "orch1", 2);
  Orders orders({provisioner, world_, collective_, workflow_.lease}, "orch1");
  auto task = orders.carry_out(Order::new_certificate, {"web1"}, "alice");
  task.start([] {});
  EXPECT_THAT(task.take().front().error().message,
              HasSubstr("the workflow 'puppet' does not both clean certificates"));
  EXPECT_TRUE(asked_.is_null());
}

TEST_F(NewCertificateTest, WhoIsBeingProvisionedIsNotAsked) {
  another_runs_web1();
  EXPECT_THAT(new_certificate().error().message, HasSubstr("being provisioned just now"));
  EXPECT_TRUE(asked_.is_null());
}

TEST_F(NewCertificateTest, WhoIsInTheJoinZoneHasNoneToGiveUp) {
  collective_.members.clear();
  provisioner_.joined(joiner("web1"));
  ASSERT_TRUE(new_certificate());
  EXPECT_TRUE(asked_.is_null());
}

// As a retired master's members are asked, one after the other.
class MoveAwayTest : public NewCertificateTest {
 protected:
  MoveAwayTest() {
    auto& record = collective_.records["web1"];
    record.run_id = "the run before";
    record.master = "m-us";
    record.ca_fingerprint = "ca-m-us";
    record.started_at_ms = 1;
  }
  Orders::Outcome move_away() {
    auto task = orders_.move_away("web1", {"m-us", "PEM of m-us", "alice",
                                           [](const std::string& ca) { return ca == "ca-m-us"; }});
    task.start([] {});
    EXPECT_TRUE(world_.loop.advance_until([&] { return task.ended(); }, std::chrono::minutes(1)));
    return task.take();
  }
};

TEST_F(MoveAwayTest, AMemberOfTheRetiredMasterIsAskedToGiveUpThatCasCertificateAlone) {
  ASSERT_TRUE(move_away());
  EXPECT_EQ(asked_.value("new_certificate", false), true);
  EXPECT_EQ(asked_.at("issued_by"), "PEM of m-us");
}

// Whoever acts for the master after us sees by that who is under way.
TEST_F(MoveAwayTest, FromThenOnItsRecordWaitsAndSaysWhyAndFromWhere) {
  ASSERT_TRUE(move_away());
  const auto& record = collective_.records["web1"];
  EXPECT_EQ(record.state, "waiting");
  EXPECT_THAT(record.reason, HasSubstr("alice retired m-us"));
  EXPECT_EQ(record.ca_fingerprint, "ca-m-us");
  EXPECT_EQ(record.key_fingerprint, "fp-web1");
  EXPECT_GT(record.started_at_ms, 1);
}

TEST_F(MoveAwayTest, OnceItJoinsItIsProvisionedWithAnotherMasterThanTheRetiredOne) {
  for (auto& master : world_.masters)
    if (master.identity == "m-us") master.retired_by = "alice";
  ASSERT_TRUE(move_away());
  collective_.members.erase("web1");
  provisioner_.joined(joiner("web1"));
  advance(1min);
  EXPECT_EQ(state("web1"), "finished");
  EXPECT_EQ(collective_.records["web1"].master, "m-de");
  EXPECT_EQ(collective_.records["web1"].reason, "");
}

TEST_F(MoveAwayTest, WhoHasACertificateOfAnotherCaByNowIsNotAsked) {
  world_.ca_of_members = "ca-m-de";
  EXPECT_THAT(move_away().error().message, HasSubstr("no certificate of m-us any more"));
  EXPECT_TRUE(asked_.is_null());
}

TEST_F(MoveAwayTest, WhoIsNotFinishedOrBannedIsNotAsked) {
  collective_.banned.insert("web1");
  EXPECT_THAT(move_away().error().message, HasSubstr("banned"));
  collective_.banned.clear();
  collective_.records["web1"].state = "cancelled";
  EXPECT_THAT(move_away().error().message, HasSubstr("not finished"));
  EXPECT_TRUE(asked_.is_null());
}

TEST_F(MoveAwayTest, WhoRefusesStaysAsItIs) {
  world_.fails("provision#again", Errc::aborted, "web1 has no join token");
  EXPECT_THAT(move_away().error().message, HasSubstr("no join token"));
  EXPECT_EQ(state("web1"), "finished");
}

}  // namespace
}  // namespace muster::provision
