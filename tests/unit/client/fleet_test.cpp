#include "orchestrator/client/fleet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "orchestrator/client/trusted_ca.hpp"
#include "proto/filter/filter.hpp"
#include "proto/filter/subject.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::client {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

class FleetTest : public testing::Test {
 protected:
  std::unique_ptr<Fleet> watch() {
    auto fleet = Fleet::watch(lab_.link(), [this](const MemberChange& change) {
                   const std::lock_guard lock(mutex_);
                   const auto* sign = change.left() ? "-" : change.shown_again() ? "=" : "+";
                   changes_.push_back(sign + change.identity);
                 }).value();
    must(fleet->wait_complete(20s));
    return fleet;
  }
  std::vector<std::string> changes() {
    const std::lock_guard lock(mutex_);
    return changes_;
  }
  static std::vector<std::string> names(const std::vector<MemberPtr>& members) {
    std::vector<std::string> names;
    for (const auto& member : members) names.push_back(member->identity);
    return names;
  }
  static filter::Filter filter_of(const std::string& fact) {
    filter::Text text;
    text.facts = {fact};
    return filter::Filter::parse(text).value();
  }

  std::mutex mutex_;
  std::vector<std::string> changes_;
  ClientLab lab_;
};

TEST_F(FleetTest, WhoIsOnlineIsKnownAfterOneRoundTrip) {
  lab_.trust_nodes();
  LabNode n2(lab_, "n2");
  const auto holder = lab_.pki().node("n1");
  LabNode n1(lab_, "n1", holder);
  n2.show(n2.presence());
  n1.show(n1.presence({{"country", "de"}}));
  const auto fleet = watch();
  EXPECT_EQ(names(fleet->members()), (std::vector<std::string>{"n1", "n2"}));
  const auto member = fleet->find("n1");
  ASSERT_TRUE(member);
  EXPECT_EQ(member->version, "1.2.3");
  EXPECT_EQ(member->collectives, std::vector<std::string>{"main"});
  EXPECT_EQ(member->agents, std::vector<std::string>{"rpcutil"});
  EXPECT_EQ(member->classes, std::vector<std::string>{"role::web"});
  EXPECT_EQ(member->facts, (Value{{"country", "de"}}));
  EXPECT_EQ(member->ca_fingerprint, lab_.pki().puppet_ca().certificate().fingerprint());
  EXPECT_EQ(member->certificate_serial, holder.certificate.serial_hex());
  EXPECT_EQ(fleet->size(), 2U);
  EXPECT_EQ(fleet->refused(), 0U);
  EXPECT_FALSE(fleet->find("n3"));
}

TEST_F(FleetTest, ComingAndGoingIsTold) {
  lab_.trust_nodes();
  const auto fleet = watch();
  LabNode n1(lab_, "n1");
  n1.show(n1.presence());
  LabNode n2(lab_, "n2");
  n2.show(n2.presence());
  must(fleet->wait_complete(20s));
  n1.leave();
  lab_.broker().drop("n2");
  must(fleet->wait_complete(20s));
  EXPECT_EQ(changes(), (std::vector<std::string>{"+n1", "+n2", "-n1", "-n2"}));
  EXPECT_EQ(fleet->size(), 0U);
}

TEST_F(FleetTest, WhoOnlyShowsItselfAgainHasNotChanged) {
  lab_.trust_nodes();
  const auto fleet = watch();
  LabNode n1(lab_, "n1");
  auto wire = n1.presence();
  n1.show(wire);
  wire.sent_at_ms += 1;
  n1.show(wire);
  wire.sent_at_ms += 1;
  wire.agents.push_back("puppet");
  n1.show(wire);
  must(fleet->wait_complete(20s));
  EXPECT_EQ(changes(), (std::vector<std::string>{"+n1", "=n1", "+n1"}));
}

TEST_F(FleetTest, FiltersAreJudgedByPresence) {
  lab_.trust_nodes();
  LabNode n1(lab_, "n1");
  LabNode n2(lab_, "n2");
  n1.show(n1.presence({{"country", "de"}, {"rack", 1}}));
  n2.show(n2.presence({{"country", "us"}}));
  const auto fleet = watch();
  EXPECT_EQ(names(fleet->matching(filter_of("country=de"))), std::vector<std::string>{"n1"});
  EXPECT_TRUE(fleet->can_answer(filter_of("country=de")));
  EXPECT_FALSE(fleet->can_answer(filter_of("rack=1"))) << "n2 does not publish it";
}

TEST_F(FleetTest, WhatPresenceLeftOutItDoesNotAnswerAbout) {
  lab_.trust_nodes();
  LabNode n1(lab_, "n1");
  LabNode n2(lab_, "n2");
  auto wire = n1.presence({{"country", "de"}});
  wire.left_out_classes = 51;
  n1.show(wire);
  wire = n2.presence({{"country", "us"}});
  wire.left_out_agents = 3;
  n2.show(wire);
  const auto fleet = watch();
  const auto why = [&](const filter::Text& text, const std::string& agent = "") {
    const auto answers = fleet->can_answer(filter::Filter::parse(text).value(), agent);
    return answers ? std::string("it can") : answers.error().message;
  };
  EXPECT_EQ(why({.classes = {"role::zz"}}), "n1 left 51 of its classes out");
  EXPECT_EQ(why({.compounds = {"country=us and not role::zz"}}), "n1 left 51 of its classes out");
  EXPECT_EQ(why({.agents = {"puppet"}}), "n2 left 3 of its agents out");
  EXPECT_EQ(why({}, "puppet"), "n2 left 3 of its agents out");
  EXPECT_EQ(why({.facts = {"region=eu"}}), "n1 does not publish region");
  EXPECT_EQ(why({.facts = {"country=de"}}), "it can");
}

TEST_F(FleetTest, NobodyAppearsUnderAnothersName) {
  lab_.trust_nodes();
  LabNode n1(lab_, "n1");
  n1.show_at("n2", n1.presence());
  auto wire = n1.presence();
  wire.identity = "n2";
  n1.show(wire);
  const auto fleet = watch();
  EXPECT_EQ(fleet->size(), 0U);
  EXPECT_EQ(fleet->refused(), 2U);
  EXPECT_THAT(fleet->last_refusal(), HasSubstr("n1"));
}

TEST_F(FleetTest, WhatABrokerKeptForLongIsNotBelieved) {
  lab_.trust_nodes();
  LabNode n1(lab_, "n1");
  auto wire = n1.presence();
  wire.sent_at_ms = (wire.sent_at_ms -
                     std::chrono::milliseconds(kPresenceMaxAge + kPresenceSkewMax + 5s).count());
  n1.show(wire);
  const auto fleet = watch();
  EXPECT_FALSE(fleet->find("n1"));
  EXPECT_EQ(fleet->refused(), 1U);
  EXPECT_THAT(fleet->last_refusal(), HasSubstr("'n1' showed itself 15.1 minutes ago"));
}

TEST_F(FleetTest, ClocksMayDifferByTheSkewAndNoMore) {
  lab_.trust_nodes();
  LabNode behind(lab_, "behind");
  LabNode ahead(lab_, "ahead");
  LabNode future(lab_, "future");
  const auto shifted = [](const LabNode& node, std::chrono::milliseconds by) {
    auto wire = node.presence();
    wire.sent_at_ms = (wire.sent_at_ms + by.count());
    return wire;
  };
  behind.show(shifted(behind, -kPresenceMaxAge - kPresenceSkewMax + 30s));
  ahead.show(shifted(ahead, kPresenceSkewMax - 30s));
  future.show(shifted(future, kPresenceSkewMax + 30s));
  const auto fleet = watch();
  EXPECT_EQ(names(fleet->members()), (std::vector<std::string>{"ahead", "behind"}));
  EXPECT_THAT(fleet->last_refusal(), HasSubstr("in the future"));
}

TEST_F(FleetTest, PresenceWithoutItsTimeIsNotBelieved) {
  lab_.trust_nodes();
  LabNode n1(lab_, "n1");
  auto wire = n1.presence();
  wire.sent_at_ms = 0;
  n1.show(wire);
  EXPECT_EQ(watch()->size(), 0U);
}

TEST_F(FleetTest, ARecordedPresenceReplacesNoNewerOne) {
  lab_.trust_nodes();
  const auto fleet = watch();
  LabNode n1(lab_, "n1");
  const auto recorded = n1.presence({{"role", "old"}});
  auto now = n1.presence({{"role", "new"}});
  now.sent_at_ms = recorded.sent_at_ms + 1;
  n1.show(now);
  n1.show(recorded);
  must(fleet->wait_complete(20s));
  EXPECT_EQ(fleet->find("n1")->facts, (Value{{"role", "new"}}));
}

TEST_F(FleetTest, AStrangersNodesAreCountedAndNotShown) {
  lab_.trust_nodes();
  const test::TestCa stranger("Puppet CA: stranger");
  LabNode n1(lab_, "n1", stranger.issue_node("n1"));
  n1.show(n1.presence());
  const auto fleet = watch();
  EXPECT_EQ(fleet->size(), 0U);
  EXPECT_EQ(fleet->refused(), 1U);
  EXPECT_THAT(fleet->last_refusal(), HasSubstr("unknown CA"));
}

TEST_F(FleetTest, ANodeAheadOfItsCaAppearsWhenTheCaIsEndorsed) {
  must(lab_.link().learn_trust());
  LabNode n1(lab_, "n1");
  n1.show(n1.presence());
  const auto fleet = watch();
  EXPECT_EQ(fleet->size(), 0U);
  EXPECT_EQ(fleet->refused(), 1U);
  endorse(lab_.orchestrator(), lab_.pki().puppet_ca().certificate());
  EXPECT_TRUE(fakes::wait_until([&] { return fleet->find("n1") != nullptr; }));
  EXPECT_EQ(fleet->refused(), 0U);
}

TEST_F(FleetTest, AfterALostLinkWhoLeftMeanwhileIsGone) {
  lab_.trust_nodes();
  LabNode n1(lab_, "n1");
  LabNode n2(lab_, "n2");
  n1.show(n1.presence());
  n2.show(n2.presence());
  const auto fleet = watch();
  lab_.broker().drop("alice");
  n1.leave();
  EXPECT_EQ(fleet->size(), 2U) << "nothing is known yet";
  lab_.broker().restore("alice");
  EXPECT_TRUE(fakes::wait_until([&] { return fleet->size() == 1; }));
  EXPECT_TRUE(fleet->find("n2"));
}

TEST_F(FleetTest, AfterALostLinkNobodyWhoIsThereIsLost) {
  lab_.trust_nodes();
  LabNode n1(lab_, "n1");
  LabNode n2(lab_, "n2");
  n1.show(n1.presence());
  n2.show(n2.presence());
  const auto fleet = watch();
  for (int i = 0; i < 3; ++i) {
    lab_.broker().drop("alice");
    lab_.broker().restore("alice");
  }
  lab_.broker().drop("alice");
  n2.leave();
  lab_.broker().restore("alice");
  ASSERT_TRUE(fakes::wait_until([&] { return !fleet->find("n2"); }));
  for (const auto& change : changes()) EXPECT_NE(change, "-n1");
  EXPECT_TRUE(fleet->find("n1"));
}

TEST_F(FleetTest, WithoutALinkNothingIsComplete) {
  const auto fleet = watch();
  lab_.broker().drop("alice");
  EXPECT_EQ(fleet->wait_complete(20s).error().code, Errc::unavailable);
}

}  // namespace
}  // namespace muster::client
