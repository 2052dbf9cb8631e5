// An orchestrator's word about who is on the bus and matches, of presence and registry together.
#include "orchestrator/registry/snapshot.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/registry_query.hpp"
#include "orchestrator/registry/page.hpp"
#include "orchestrator/registry/registry.hpp"
#include "proto/filter/filter.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/client/client_lab.hpp"
#include "tests/unit/registry/registry_lab.hpp"

namespace muster::registry {
namespace {

using client::must;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Names = std::vector<std::string>;

class SnapshotTest : public testing::Test {
 protected:
  SnapshotTest() {
    must(lab_.orchestrator().nodes().add(lab_.pki().puppet_ca().certificate()));
    fleet_ = client::Fleet::watch(lab_.orchestrator(), {}, client::Indexed::yes).value();
  }
  void start(bool hears_presence = true) { start(lab_.orchestrator(), hears_presence); }
  void start(client::Link& link, bool hears_presence) {
    RegistryOptions options{folder_ / "registry.db", {"main", "other"}, {}, folder_ / "policies"};
    if (hears_presence) options.fleet = fleet_.get();
    registry_ = Registry::start(link, std::move(options)).value();
  }
  // A node on the bus that shows these facts.
  client::LabNode& online(const std::string& name, const Value& shown) {
    auto& node = nodes_.emplace_back(std::make_unique<client::LabNode>(lab_, name));
    node->show(node->presence(shown));
    return *node;
  }
  void says(const NodeSays& node) {
    const auto sealed = lab_.pki()
                            .node(node.identity)
                            .signer()
                            .seal(envelope::Kind::registration, test::body_of(wire_of(node)));
    must(bus_->publish(transport::topics::registration("main", node.identity), *sealed, {}));
    ++said_;
    ASSERT_TRUE(fakes::wait_until([&] { return registry_->taken() == said_; }));
  }
  Result<client::RegistryAnswer> ask(const filter::Text& text) {
    must(fleet_->wait_complete(fakes::kPatience));
    return client::ask_registry(lab_.link(), filter::Filter::parse(text).value(),
                                {.timeout = fakes::kPatience, .online = true});
  }
  Result<client::RegistryAnswer> ask_now() {
    return client::ask_registry(lab_.link(), filter::Filter::parse({}).value(),
                                {.timeout = fakes::kPatience, .online = true});
  }
  Names found(const filter::Text& text) {
    const auto answer = ask(text);
    EXPECT_TRUE(answer) << answer.error().message;
    Names names;
    for (const auto& node : answer->nodes) names.push_back(node.identity);
    for (const auto& name : answer->undecided) names.push_back(name + "?");
    return names;
  }

  client::ClientLab lab_;
  const fakes::TempFolder folder_;
  std::unique_ptr<transport::Bus> bus_ = lab_.broker().connect("nodes");
  std::unique_ptr<client::Fleet> fleet_;
  std::unique_ptr<client::Link> asked_;
  std::unique_ptr<Registry> registry_;
  std::vector<std::unique_ptr<client::LabNode>> nodes_;
  std::uint64_t said_ = 0;
};

TEST_F(SnapshotTest, WhoIsOnTheBusIsToldWhetherRegisteredOrNot) {
  start();
  online("n1", {{"country", "de"}});
  online("n2", {{"country", "us"}});
  says({.identity = "n1", .facts = {{"country", "de"}}});
  says({.identity = "away", .facts = {{"country", "de"}}});
  const auto answer = ask({}).value();
  ASSERT_EQ(answer.nodes.size(), 2U);
  EXPECT_EQ(answer.orchestrator, "orchestrator1");
  EXPECT_EQ(answer.known, 2U);
  EXPECT_TRUE(answer.nodes[0].registered);
  EXPECT_FALSE(answer.nodes[1].registered);
}

TEST_F(SnapshotTest, AllFactsCountAndNotOnlyThoseOfPresence) {
  start();
  online("n1", {{"country", "de"}});
  online("n2", {{"country", "de"}});
  says({.identity = "n1", .facts = {{"country", "de"}, {"rack", {{"row", 7}}}}});
  says({.identity = "n2", .facts = {{"country", "de"}, {"rack", {{"row", 8}}}}});
  EXPECT_THAT(found({.facts = {"rack.row=7"}}), ElementsAre("n1"));
  EXPECT_THAT(found({.facts = {"rack.row>7"}}), ElementsAre("n2"));
  EXPECT_THAT(found({.facts = {"rack.row=9"}}), IsEmpty());
  EXPECT_THAT(found({.compounds = {"country=de and not rack.row=7"}}), ElementsAre("n2"));
}

TEST_F(SnapshotTest, WhoHasNotRegisteredIsUndecidedWherePresenceDoesNotTell) {
  start();
  online("n1", {{"country", "de"}});
  EXPECT_THAT(found({.facts = {"rack=7"}}), ElementsAre("n1?"));
  EXPECT_THAT(found({.facts = {"country=de"}}), ElementsAre("n1"));
  EXPECT_THAT(found({.agents = {"rpcutil"}}), ElementsAre("n1"));
  EXPECT_THAT(found({.identities = {"/n/"}}), ElementsAre("n1"));
}

TEST_F(SnapshotTest, WhatANodeShowsNowCountsMoreThanWhatItRegistered) {
  start();
  online("n1", {{"country", "us"}});
  says({.identity = "n1", .facts = {{"country", "de"}, {"rack", 7}}});
  EXPECT_THAT(found({.facts = {"country=us", "rack=7"}}), ElementsAre("n1"));
  EXPECT_THAT(found({.facts = {"country=de", "rack=7"}}), IsEmpty());
}

TEST_F(SnapshotTest, WhatPresenceAddsCountsBesideANewerRegistration) {
  start();
  online("n1", {{"country", "de"}});
  says({.identity = "n1",
        .facts = {{"country", "us"}, {"rack", 7}, {"provision", "finished"}},
        .sent_at_ms = base::SystemClock().unix_ms() + 60'000});
  EXPECT_THAT(found({.facts = {"country=us", "rack=7", "provision=finished"}}), ElementsAre("n1"));
}

TEST_F(SnapshotTest, WhatAnEarlierMachineOfThatNameRegisteredDoesNotCount) {
  start();
  online("n1", {});
  says({.identity = "n1", .facts = {{"rack", 7}}, .session = "an earlier one"});
  EXPECT_THAT(found({.facts = {"rack=7"}}), ElementsAre("n1?"));
}

TEST_F(SnapshotTest, NobodyIsToldWhosePuppetCaIsBelievedNoMore) {
  start();
  online("n1", {});
  EXPECT_THAT(found({}), ElementsAre("n1"));
  lab_.orchestrator().nodes().remove(lab_.pki().puppet_ca().certificate().fingerprint());
  EXPECT_THAT(found({}), IsEmpty());
}

// It answers over another link than the one that it hears presence over, so that only this one is lost.
TEST_F(SnapshotTest, AnOrchestratorThatHasNotHeardAllAgainGivesNone) {
  asked_ = std::make_unique<client::Link>(lab_.broker().connect("asked"),
                                          lab_.pki().orchestrator().signer(), "main",
                                          lab_.link().clock());
  lab_.pki().trust(asked_->operators());
  must(asked_->nodes().add(lab_.pki().puppet_ca().certificate()));
  start(*asked_, /*hears_presence=*/true);
  online("n1", {});
  EXPECT_THAT(found({}), ElementsAre("n1"));
  lab_.broker().drop("lab-orchestrator");
  ASSERT_TRUE(fakes::wait_until([&] { return !fleet_->complete(); }));
  const auto answer = ask_now();
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("has not heard the presence of all nodes"));
  lab_.broker().restore("lab-orchestrator");
  ASSERT_TRUE(fakes::wait_until([&] { return fleet_->complete(); }));
  EXPECT_THAT(found({}), ElementsAre("n1"));
}

TEST_F(SnapshotTest, WhoeverLeftOutWhatIsReadIsUndecided) {
  start();
  online("n1", {});
  says({.identity = "n1", .facts = {{"country", "de"}}, .left_out_bytes = 100});
  EXPECT_THAT(found({.facts = {"rack=7"}}), ElementsAre("n1?"));
}

TEST_F(SnapshotTest, WhatWasRegisteredOutlivesARestart) {
  start();
  online("n1", {});
  says({.identity = "n1", .facts = {{"rack", 7}}});
  registry_.reset();
  start();
  EXPECT_THAT(found({.facts = {"rack=7"}}), ElementsAre("n1"));
  EXPECT_THAT(found({.facts = {"rack=8"}}), IsEmpty());
}

TEST_F(SnapshotTest, WhereTheNodesOrTheirNumberMatterThereIsNone) {
  folder_.write("policies/facts.policy", "allow\toperators\tregistry\tcountry=de\n");
  start();
  online("n1", {{"country", "de"}});
  EXPECT_THAT(ask({}).error().message, HasSubstr("it gives no snapshot"));
}

TEST_F(SnapshotTest, WhoMayNotAskTheRegistryGetsNone) {
  folder_.write("policies/facts.policy", "deny\t*\tregistry\t*\n");
  start();
  EXPECT_THAT(ask({}).error().message, HasSubstr("facts.policy:1"));
}

TEST_F(SnapshotTest, WhoHearsNoPresenceGivesNone) {
  start(/*hears_presence=*/false);
  EXPECT_THAT(ask({}).error().message, HasSubstr("does not hear presence"));
}

TEST_F(SnapshotTest, TenThousandNamesAreOnePage) {
  messages::RegistryReply reply;
  Page page(reply, false);
  for (int i = 0; i < 10'000; ++i)
    ASSERT_TRUE(
        page.add({fmt::format("node{:06}.dc1.example.com", i), 1'800'000'000'000, ""}, false));
  EXPECT_FALSE(reply.more);
  const auto body = reply.encode().value();
  EXPECT_LT(body.size(), 128U * 1024);
  EXPECT_EQ(messages::RegistryReply::decode(body)->entries.size(), 10'000U);
}

}  // namespace
}  // namespace muster::registry
