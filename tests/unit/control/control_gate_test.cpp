#include "orchestrator/control/control_gate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/base/clock.hpp"
#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::control {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ControlGateTest : public testing::Test {
 protected:
  ControlGateTest() { pki_.trust(commanding_); }

  messages::Request request(const std::string& node = "n1") {
    messages::Request wire;
    wire.id = "id-" + std::to_string(++last_id_);
    wire.collective = "main";
    wire.agent = "orchestrator";
    wire.action = "provision_again";
    wire.caller = "alice";
    wire.sent_at_ms = clock_.unix_ms();
    wire.ttl_s = 60;
    wire.arguments = Value{{"nodes", {node}}};
    return wire;
  }
  static std::string sealed(const test::Holder& who, const messages::Request& wire,
                            envelope::Kind kind = envelope::Kind::control_request) {
    return who.signer().seal(kind, test::body_of(wire)).value();
  }
  std::optional<Judged> admit(const messages::Request& wire, bool direct = false) {
    return gate_.admit(sealed(pki_.operator_(), wire), direct, "alice");
  }
  std::string audit() const { return folder_.read("audit.log"); }

  test::TestPki pki_;
  fakes::FakeClock clock_;
  base::SystemClock real_clock_;  // of the certificates
  security::TrustStore commanding_{real_clock_};
  fakes::TempFolder folder_;
  std::filesystem::path groups_ = folder_.write("policies/groups", "admins cert=alice\n");
  policy::PolicyStore policies_{folder_ / "policies"};
  security::ReplayWindow replay_{clock_, clock_.unix_ms()};
  audit::Options audit_options_{.file = folder_ / "audit.log", .journal = false};
  audit::AuditLog audit_{audit_options_, "orchestrator1", clock_};
  ControlGate gate_ =
      ControlGate::create({"orchestrator1", "main", commanding_, policies_, replay_, audit_})
          .value();
  int last_id_ = 0;
};

TEST_F(ControlGateTest, AnAdminsRequestPassesOnceAndIsAudited) {
  const auto wire = request();
  const auto judged = admit(wire);
  ASSERT_TRUE(judged);
  EXPECT_FALSE(judged->refusal);
  EXPECT_EQ(judged->role, security::Role::operator_);
  EXPECT_EQ(judged->inputs, (Value{{"nodes", {"n1"}}}));
  EXPECT_THAT(audit(), AllOf(HasSubstr(wire.id), HasSubstr("allowed"), HasSubstr("alice")));
  EXPECT_FALSE(admit(wire)) << "a replay gets no answer";
  EXPECT_THAT(audit(), HasSubstr("replayed"));
}

// Whichever orchestrators hear it, it is about the one node that its arguments name.
TEST_F(ControlGateTest, ARequestNamesWhatItIsAbout) {
  folder_.write("policies/orchestrator.policy",
                "allow\tadmins\t*\t*\trequire_filter: yes\tmax_nodes: 1\n");
  policies_.reload();
  const auto judged = admit(request());
  ASSERT_TRUE(judged);
  EXPECT_FALSE(judged->refusal) << judged->refusal->message;
}

TEST_F(ControlGateTest, APolicysMaxNodesCountsTheNodesThatAreNamed) {
  folder_.write("policies/orchestrator.policy", "allow\tadmins\t*\t*\tmax_nodes: 1\n");
  policies_.reload();
  auto wire = request();
  wire.arguments = Value{{"nodes", {"n1", "n2"}}};
  EXPECT_TRUE(admit(wire)->refusal);
  wire = request();
  wire.arguments = Value{{"nodes", {"n1", "n2"}}};
  wire.confirmed = true;
  EXPECT_FALSE(admit(wire)->refusal) << "its caller signed that so many are meant";
}

TEST_F(ControlGateTest, WhatDoesNotVerifyGetsNoAnswer) {
  const auto wire = request();
  EXPECT_FALSE(gate_.admit("noise", false, "alice"));
  EXPECT_FALSE(gate_.admit(sealed(pki_.node("alice"), wire), false, "alice")) << "a node's";
  EXPECT_FALSE(gate_.admit(sealed(pki_.orchestrator(), wire), false, "alice")) << "another's name";
  const auto pretender = pki_.root().issue_member("alice", "orchestrator");
  EXPECT_FALSE(gate_.admit(sealed(pretender, wire), false, "alice"))
      << "a role its root does not give";
  auto as_watcher = wire;
  as_watcher.caller = "w";
  const auto watcher = pki_.orchestrator_root().issue_member("w", "broker");
  EXPECT_FALSE(gate_.admit(sealed(watcher, as_watcher), false, "alice"));
  // What was signed for nodes is nothing for orchestrators.
  EXPECT_FALSE(
      gate_.admit(sealed(pki_.operator_(), wire, envelope::Kind::request), false, "alice"));
  EXPECT_THAT(audit(), HasSubstr("unverified"));
  EXPECT_TRUE(admit(wire)) << "none of them has used up its id";
}

TEST_F(ControlGateTest, OthersOrchestratorsAndCollectivesAreLeftToThem) {
  auto wire = request();
  wire.targets.push_back("orchestrator2");
  EXPECT_FALSE(admit(wire));
  EXPECT_FALSE(admit(wire, true));
  wire.targets = {"orchestrator1"};
  EXPECT_TRUE(admit(wire, true));
  EXPECT_FALSE(admit(request(), true)) << "on our own topic we must be named";
  auto other = request();
  other.collective = "lab";
  EXPECT_FALSE(admit(other));
}

TEST_F(ControlGateTest, WhoIsNoAdminIsDeniedWithoutAPlaceInTheReplayWindow) {
  auto wire = request();
  wire.caller = "bob";
  const auto bob = pki_.root().issue_member("bob", "operator");
  for (int i = 0; i < 2; ++i) {
    wire.id = "denied-" + std::to_string(i);
    const auto judged = gate_.admit(sealed(bob, wire), false, "bob");
    ASSERT_TRUE(judged);
    EXPECT_EQ(judged->outcome, messages::Outcome::refused);
    EXPECT_THAT(judged->refusal->message, HasSubstr("bob may not call"));
  }
  EXPECT_THAT(audit(), AllOf(HasSubstr("denied"), HasSubstr("orchestrator.policy")));
}

// The broker has the message, and could have the audit accuse its caller as often as it likes.
TEST_F(ControlGateTest, WhatWasRefusedIsAuditedOnceHoweverOftenItComes) {
  const auto bob = pki_.root().issue_member("bob", "operator");
  auto denied = request();
  denied.caller = "bob";
  auto late = request();
  late.sent_at_ms = clock_.unix_ms() - 61'000;
  auto wrong = request("Not A Name");
  const std::vector<std::pair<messages::Request, const test::Holder*>> all{
      {denied, &bob}, {late, &pki_.operator_()}, {wrong, &pki_.operator_()}};
  for (const auto& [wire, who] : all) {
    const auto message = sealed(*who, wire);
    EXPECT_TRUE(gate_.admit(message, false, wire.caller));
    for (int i = 0; i < 3; ++i)
      EXPECT_FALSE(gate_.admit(message, false, wire.caller)) << "a replay gets no answer";
    const auto text = audit();
    const auto first = text.find("\"" + wire.id + "\"");
    ASSERT_NE(first, std::string::npos) << text;
    EXPECT_EQ(text.find("\"" + wire.id + "\"", first + 1), std::string::npos) << text;
  }
  EXPECT_THAT(audit(), HasSubstr("replayed"));
  denied.id = "another";
  EXPECT_TRUE(gate_.admit(sealed(bob, denied), false, "bob")) << "a further request is judged";
}

TEST_F(ControlGateTest, InputsActionsAndTimesAreChecked) {
  auto wire = request("Not A Name");
  EXPECT_EQ(admit(wire)->refusal->code, Errc::invalid_data);
  wire = request();
  wire.arguments = Value::object();
  EXPECT_EQ(admit(wire)->refusal->code, Errc::missing_data);
  wire = request();
  wire.action = "provision_agian";
  EXPECT_THAT(admit(wire)->refusal->message, HasSubstr("provision_again"));
  wire = request();
  wire.agent = "puppet";
  EXPECT_EQ(admit(wire)->refusal->code, Errc::unknown_action);
  wire = request();
  wire.sent_at_ms = clock_.unix_ms() - 61'000;
  EXPECT_EQ(admit(wire)->outcome, messages::Outcome::expired);
}

TEST_F(ControlGateTest, WhatMustBeRecordedAndCannotBeIsNotDone) {
  audit::Options nowhere{.file = folder_ / "policies/groups/audit.log", .journal = false};
  nowhere.required = true;
  audit::AuditLog broken(nowhere, "orchestrator1", clock_);
  auto gate =
      ControlGate::create({"orchestrator1", "main", commanding_, policies_, replay_, broken})
          .value();
  const auto judged = gate.admit(sealed(pki_.operator_(), request()), false, "alice");
  ASSERT_TRUE(judged);
  EXPECT_EQ(judged->outcome, messages::Outcome::refused);
  EXPECT_TRUE(judged->refusal);
}

}  // namespace
}  // namespace muster::control
