#include "tests/support/played/provision_agent.hpp"

#include <gmock/gmock.h>

#include "proto/ddl/texts.hpp"
#include "tests/support/node/test_node.hpp"
#include "tests/support/played/runs.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::played {
namespace {

using plugins::ActionReply;
using test::request_of;

class MemoryPlace final : public Workplace {
 public:
  const Progress* progress() const override { return progress_ ? &*progress_ : nullptr; }
  Status save(Progress progress) override {
    if (disk_is_full) return fail(Errc::io, "the disk is full");
    progress_ = std::move(progress);
    return {};
  }
  Result<Value> set_puppet_host(const Value&) override { return Value{{"changed", true}}; }
  Result<Value> request_certificate() override { return Value{{"fingerprint", "ab"}}; }
  Result<Value> fetch_certificate(const Value&) override {
    has_it = true;
    return Value{{"fingerprint", "cd"}};
  }
  bool has_certificate() const override { return has_it; }
  std::string certificate_issuer() const override { return ""; }
  void finished() override { ++times_finished; }

  bool has_it = false;
  bool disk_is_full = false;
  int times_finished = 0;

 private:
  std::optional<Progress> progress_;
};

class PlayedProvisionAgentTest : public testing::Test {
 protected:
  PlayedProvisionAgentTest() { node_.job_spool = &runs_; }
  ActionReply call(const std::string& action, Value data = Value::object(),
                   const std::string& caller = "cert=orch1") {
    return agent_.handle(request_of(action, std::move(data), caller));
  }
  std::int64_t claim(const std::string& caller = "cert=orch1") {
    const auto reply = call("claim", {{"workflow", "puppet"}, {"lease_s", 60}}, caller);
    EXPECT_EQ(reply.status, 0) << reply.message;
    return reply.data.value("fence", std::int64_t{0});
  }
  std::string run(std::int64_t fence) {
    return call("run", {{"fence", fence}, {"step", "first-run"}}).data.value("job", "");
  }

  fakes::VirtualLoop loop_;
  test::TestNode node_{"n1", loop_.clock()};
  double luck_ = 1;
  Runs runs_{loop_,
             {std::chrono::seconds(10), std::chrono::seconds(10), 0.5},
             [this] { return luck_; },
             [this](const std::string& id) { runs_.settle(id); }};
  MemoryPlace place_;
  ProvisionAgent agent_{ddl::built_in("provision").value(), node_, place_};
};

TEST_F(PlayedProvisionAgentTest, WhoClaimsHoldsTheNodeUntilItIsFinished) {
  EXPECT_TRUE(agent_.presence_facts().empty());
  const auto fence = claim();
  EXPECT_EQ(agent_.lease_holder(), "orch1");
  EXPECT_EQ(agent_.presence_facts().at("provision"), "claimed");
  ASSERT_EQ(call("finish", {{"fence", fence}}).status, 0);
  EXPECT_EQ(agent_.lease_holder(), "");
  EXPECT_EQ(place_.times_finished, 1);
  EXPECT_EQ(node_.presence_changes, 2);
}

TEST_F(PlayedProvisionAgentTest, AStaleFenceIsRefused) {
  const auto old = claim();
  loop_.advance(std::chrono::seconds(61));
  claim("cert=orch2");
  EXPECT_NE(call("set_puppet_host", {{"fence", old}}).status, 0);
  EXPECT_EQ(agent_.lease_holder(), "orch2");
}

TEST_F(PlayedProvisionAgentTest, ARunThatIsAskedForAgainIsTheSameUntilItFails) {
  const auto fence = claim();
  luck_ = 0.1;  // it will fail
  const auto first = run(fence);
  EXPECT_EQ(run(fence), first);
  loop_.advance(std::chrono::seconds(10));
  const auto second = run(fence);
  EXPECT_NE(second, first);
}

TEST_F(PlayedProvisionAgentTest, WithoutACertificateItDoesNotEnter) {
  const auto fence = claim();
  EXPECT_NE(call("enter_collective", {{"fence", fence}}).status, 0);
  ASSERT_EQ(call("fetch_certificate", {{"fence", fence}}).status, 0);
  EXPECT_EQ(call("enter_collective", {{"fence", fence}}).status, 0);
  EXPECT_EQ(node_.entered, 1);
}

TEST_F(PlayedProvisionAgentTest, WhatCannotBeKeptIsNotSaidToBeDone) {
  place_.disk_is_full = true;
  EXPECT_NE(call("claim", {{"workflow", "puppet"}, {"lease_s", 60}}).status, 0);
  EXPECT_EQ(agent_.lease_holder(), "");
}

}  // namespace
}  // namespace muster::played
