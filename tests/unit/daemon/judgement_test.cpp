// What a node's policies say of a request as it came over the bus.
#include "node-agent/daemon/judgement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/messages/request.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/unit/approval/approved.hpp"
#include "tests/unit/dispatch/test_agent.hpp"

namespace muster::agent {
namespace {

using security::Role;
using testing::HasSubstr;

// A node with the agents echo, whose argument `user` is guarded, and rpcutil.
class JudgementTest : public testing::Test {
 protected:
  static std::vector<std::unique_ptr<plugins::Agent>> agents(TestAgent*& echo) {
    auto made = std::make_unique<TestAgent>("echo");
    made->guard("user");
    echo = made.get();
    return agents_of(std::move(made));
  }
  messages::Request request(const Value& arguments = Value::object()) {
    messages::Request wire;
    wire.agent = "echo";
    wire.action = "act";
    wire.caller = "alice";
    wire.arguments = arguments;
    return wire;
  }
  // Whether the policy, which is `text`, allows it.
  bool allows(const std::string& text, const messages::Request& wire, Role role = Role::operator_) {
    folder_.write(wire.agent + ".policy", text);
    policies_.reload();
    return judgement_.action(wire, role).allowed.has_value();
  }
  Status asks(const std::string& plugin, const std::string& argument) {
    policies_.reload();
    return judgement_.data(request(), Role::operator_, plugin, argument);
  }

  const fakes::TempFolder folder_;
  const fakes::TempFolder state_;
  test::TestPki pki_;
  base::SystemClock real_clock_;
  security::TrustStore operators_{real_clock_};
  const std::string identity_ = "n1";
  fakes::FakeClock clock_;
  TestAgent* echo_ = nullptr;
  AgentTable table_{agents(echo_)};
  approval::Checker approvals_{operators_, clock_, state_ / "approvals.used"};
  policy::PolicyStore policies_{folder_.path(), {}, true};
  Judgement judgement_{{identity_, clock_, table_, policies_,
                        [] {
                          return std::make_shared<const Value>(Value{{"country", "de"}});
                        },
                        [] { return std::vector<std::string>{"role::web"}; }, &approvals_}};
};

constexpr auto kAll = "allow\t*\t*\t*\n";

TEST_F(JudgementTest, AGuardedArgumentIsOffUntilALineNamesIt) {
  EXPECT_TRUE(allows(kAll, request()));
  EXPECT_FALSE(allows(kAll, request({{"user", "root"}})));
  EXPECT_FALSE(allows("policy default allow\n", request({{"user", "root"}})));
  EXPECT_TRUE(allows("allow\t*\t*\t*\targs: user\n", request({{"user", "root"}})));
  EXPECT_TRUE(allows(kAll, request({{"user", nullptr}}))) << "a null is no value";
}

TEST_F(JudgementTest, WhatTheActionWouldGetIsJudgedItsDefaultsToo) {
  constexpr auto kSeven = "allow\t*\t*\t*\targs: count=7\n";
  EXPECT_TRUE(allows(kSeven, request()));
  EXPECT_FALSE(allows(kSeven, request({{"count", 8}})));
}

TEST_F(JudgementTest, TheOrchestratorThatHoldsTheLeaseIsACallerOfItsOwn) {
  constexpr auto kLease = "allow\tlease\t*\t*\n";
  EXPECT_FALSE(allows(kLease, request(), Role::orchestrator));
  echo_->set_lease_holder("alice");
  EXPECT_TRUE(allows(kLease, request(), Role::orchestrator));
  EXPECT_FALSE(allows(kLease, request(), Role::operator_)) << "an operator of the same name";
  echo_->set_lease_holder("bob");
  EXPECT_FALSE(allows(kLease, request(), Role::orchestrator));
}

TEST_F(JudgementTest, FilterAndTargetsAreTheRequests) {
  constexpr auto kFilter = "allow\t*\t*\t*\trequire_filter: yes\tmax_nodes: 1\n";
  auto wire = request();
  EXPECT_FALSE(allows(kFilter, wire));
  wire.filter.agents.push_back("echo");
  wire.confirmed = true;
  EXPECT_FALSE(allows(kFilter, wire)) << "an agent chooses nobody";
  wire.filter.facts.push_back("country=de");
  EXPECT_TRUE(allows(kFilter, wire));
  wire.confirmed = false;
  EXPECT_FALSE(allows(kFilter, wire)) << "for all that match, unconfirmed";
  wire.targets.push_back("n1");
  EXPECT_TRUE(allows(kFilter, wire));
  wire.targets.push_back("n2");
  EXPECT_FALSE(allows(kFilter, wire));
}

TEST_F(JudgementTest, ALineThatAsksForApprovalTellsWhatItCounted) {
  pki_.trust(operators_);
  folder_.write("groups", "admins cert=bob cert=carol cert=alice\n");
  constexpr auto kTwo = "allow\t*\t*\t*\tapprove: 2 of admins\n";
  auto wire = request();
  wire.collective = "main";
  EXPECT_FALSE(allows(kTwo, wire));
  EXPECT_EQ(judgement_.action(wire, Role::operator_).needs_approval, "2 of admins");
  const auto by = [&](const char* name) { return pki_.root().issue_member(name, "operator"); };
  const auto statement = approval::statement_for(wire, {{"count", 7}}, clock_.unix_ms());
  approval::attach(wire, statement, {by("bob"), by("alice"), by("wanda")});
  const auto refused = judgement_.action(wire, Role::operator_);
  ASSERT_FALSE(refused.allowed);
  EXPECT_THAT(refused.allowed.error().message,
              testing::AllOf(HasSubstr("needs approval of 2 of admins, and has 1"),
                             HasSubstr("nobody approves their own request"),
                             HasSubstr("cert=wanda is not in admins")));
  EXPECT_FALSE(refused.approved);
  approval::attach(wire, statement, {by("bob"), by("carol")});
  const auto allowed = judgement_.action(wire, Role::operator_);
  EXPECT_TRUE(allowed.allowed);
  EXPECT_THAT(allowed.approved_by, testing::ElementsAre("cert=bob", "cert=carol"));
  ASSERT_TRUE(allowed.approved);
  EXPECT_EQ(allowed.approved->id, statement.id);
  EXPECT_TRUE(allows("allow\t*\t*\t*\n", wire));
  EXPECT_FALSE(judgement_.action(wire, Role::operator_).approved) << "nothing needed it";
}

TEST_F(JudgementTest, AFilterThatEveryNodeMatchesIsNone) {
  constexpr auto kFilter = "allow\t*\t*\t*\trequire_filter: yes\n";
  auto wire = request();
  wire.filter.identities.push_back("/./");
  EXPECT_FALSE(allows(kFilter, wire));
  wire.targets.push_back("n1");
  EXPECT_TRUE(allows(kFilter, wire)) << "it names its nodes";
}

TEST_F(JudgementTest, DataFunctionsHavePoliciesLikeActions) {
  EXPECT_TRUE(asks("fstat", "/etc/motd")) << "built in";
  EXPECT_THAT(asks("custom", "x").error().message, HasSubstr("no policy"));
  folder_.write("data.fstat.policy", "allow\t*\tquery\t*\targs: query=/^.etc./\n");
  EXPECT_TRUE(asks("fstat", "/etc/motd"));
  EXPECT_THAT(asks("fstat", "/root/x").error().message,
              HasSubstr("alice is not allowed to ask the data function fstat on n1"));
  folder_.write("default.policy", kAll);
  EXPECT_FALSE(asks("custom", "x")) << "the default of agents";
  folder_.write("data.default.policy", kAll);
  EXPECT_TRUE(asks("custom", "x"));
  EXPECT_FALSE(asks("../data.fstat", "x"));
}

TEST_F(JudgementTest, AnActionThatAsksADataPluginIsJudgedAsThatToo) {
  auto wire = request({{"source", "fstat"}, {"query", "/root/x"}});
  wire.agent = "rpcutil";
  wire.action = "get_data";
  EXPECT_TRUE(allows(kAll, wire));
  folder_.write("data.fstat.policy", "policy default deny\n");
  EXPECT_FALSE(allows(kAll, wire));
}

}  // namespace
}  // namespace muster::agent
