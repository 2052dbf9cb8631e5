// A link of the real client code over the broker model.
#include "tests/sim/client/sim_client_link.hpp"

#include <gmock/gmock.h>

#include "orchestrator/client/link_directory.hpp"
#include "orchestrator/client/record_claim.hpp"
#include "orchestrator/client/records.hpp"
#include "proto/base/log.hpp"
#include "tests/sim/surroundings/root.hpp"

namespace muster::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using transport::LinkState;
using namespace std::chrono_literals;

class ClientLinkTest : public testing::Test {
 protected:
  ClientLinkTest() {
    log::set_level(log::Level::error);
    link_ = make("orch1", "orchestrator");
    link_->sim_bus().connect();
    loop_.advance(1s);
  }
  ~ClientLinkTest() override {
    link_.reset();
    log::set_level(log::Level::info);
  }

  std::unique_ptr<SimClientLink> make(const std::string& name, const std::string& role) {
    const auto& root = role == "operator" ? operators_ : orchestrators_;
    return std::make_unique<SimClientLink>(
        around_, site_, name, root.certify(name, role), std::vector<x509::Certificate>(),
        [this](LinkState state, const std::string&) { states_.push_back(state); });
  }
  transport::Subscription listen(const std::string& filter) {
    return link_->bus()
        .subscribe(filter, transport::Qos::at_least_once,
                   [this](const transport::Message& message) {
                     heard_.push_back(message.topic + (message.retained ? " kept" : ""));
                   })
        .value();
  }
  void say(const std::string& topic, bool retain = false) {
    ASSERT_TRUE(link_->bus().publish(topic, "x", {.retain = retain}));
    loop_.advance(1s);
  }

  fakes::VirtualLoop loop_{1};
  std::unique_ptr<Crypto> crypto_ = hash_crypto(1, loop_.clock().unix_ms());
  Weather weather_;
  BrokerModel broker_{loop_};
  PuppetServers servers_;
  Trace trace_{loop_.clock()};
  Surroundings around_{loop_, broker_, weather_, *crypto_, servers_, trace_};
  Root operators_{*crypto_, "operator root"};
  Root orchestrators_{*crypto_, "orchestrator root"};
  Site site_{operators_.certificate, orchestrators_.certificate,
             make_token(*crypto_, make_issuer(*crypto_, operators_.certificate, operators_.key),
                        "t", 0, loop_.clock().unix_ms())};
  std::vector<LinkState> states_;
  std::vector<std::string> heard_;
  std::unique_ptr<SimClientLink> link_;
};

TEST_F(ClientLinkTest, WhatIsSubscribedToIsHeardUntilTheSubscriptionGoes) {
  EXPECT_THAT(states_, ElementsAre(LinkState::connected));
  auto heard = listen("a/+");
  say("a/1");
  EXPECT_THAT(heard_, ElementsAre("a/1"));
  heard.end();
  say("a/2");
  EXPECT_THAT(heard_, ElementsAre("a/1"));
}

TEST_F(ClientLinkTest, OneMoreWhoSubscribesHasAllHearWhatIsRetained) {
  say("a/1", true);
  const auto first = listen("a/+");
  const auto second = listen("a/+");
  loop_.advance(1s);
  EXPECT_THAT(heard_, ElementsAre("a/1 kept", "a/1 kept", "a/1 kept", "a/1 kept")) << "both, twice";
}

TEST_F(ClientLinkTest, FiltersThatOverlapAreRefused) {
  const auto held = listen("a/+");
  EXPECT_FALSE(link_->bus().subscribe("a/1", transport::Qos::at_least_once, {}));
}

TEST_F(ClientLinkTest, ALinkThatComesBackIsToldOfOnceItsSubscriptionsStand) {
  const auto held = listen("a/+");
  say("a/1", true);
  broker_.crash();
  loop_.advance(1s);
  EXPECT_FALSE(link_->bus().connected());
  EXPECT_FALSE(link_->bus().publish("a/2", "x", {}));
  heard_.clear();
  broker_.start(true);
  loop_.advance(2min);
  EXPECT_THAT(states_, ElementsAre(LinkState::connected, LinkState::lost, LinkState::connected));
  EXPECT_THAT(heard_, ElementsAre("a/1 kept"));
}

TEST_F(ClientLinkTest, ASubscriptionMayOutliveItsLink) {
  auto held = listen("a/+");
  link_.reset();
  held.end();
  EXPECT_THAT(heard_, IsEmpty());
}

TEST_F(ClientLinkTest, RecordsOfOrchestratorsAreKeptAndRead) {
  client::Record record;
  record.identity = "n1";
  record.state = "finished";
  record.started_at_ms = record.updated_at_ms = loop_.clock().unix_ms();
  ASSERT_TRUE(client::publish_record(*link_, record));
  loop_.advance(1s);
  const auto reader = make("alice", "operator");
  reader->sim_bus().connect();
  loop_.advance(1s);
  const auto records = client::Records::begin(*reader, [](const Status&) {});
  Status complete = fail(Errc::timeout, "not told");
  records->when_complete(10s, [&](const Status& status) { complete = status; });
  loop_.advance(10s);
  EXPECT_TRUE(complete);
  ASSERT_THAT(records->all(), testing::SizeIs(1));
  EXPECT_EQ(records->all().front().identity, "n1");
}

TEST_F(ClientLinkTest, WhatALinkThatIsGoneWasGivenToDoIsLeftUndone) {
  bool told = false;
  auto reader = make("alice", "operator");
  reader->sim_bus().connect();
  auto records = client::Records::begin(*reader, [](const Status&) {});
  records->when_complete(10s, [&](const Status&) { told = true; });
  records.reset();
  reader.reset();
  loop_.advance(1min);
  EXPECT_FALSE(told);
}

}  // namespace
}  // namespace muster::sim
