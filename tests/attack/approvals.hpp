// A node's gate with real policies, under attack by "alice", whose calls of echo#act need the approval of two of
// admins: bob, carol, dave, and alice herself. Afterwards an approved request must still pass.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "node-agent/daemon/judgement.hpp"
#include "proto/messages/request.hpp"
#include "tests/attack/row.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/unit/approval/approved.hpp"
#include "tests/unit/dispatch/gate_surroundings.hpp"
#include "tests/unit/dispatch/test_agent.hpp"

namespace muster::attack {

inline constexpr auto kTwoOfAdmins = "allow\t*\tact\t*\tapprove: 2 of admins\n";

// Its action has a guarded argument, `user`.
inline std::unique_ptr<agent::TestAgent> guarded_echo() {
  auto agent = std::make_unique<agent::TestAgent>("echo");
  agent->guard("user");
  return agent;
}

class ApprovalGate : public testing::Test {
 protected:
  explicit ApprovalGate(const std::string& policy = kTwoOfAdmins) {
    around_.folder.write("policies/groups", "admins cert=alice cert=bob cert=carol cert=dave\n");
    around_.folder.write("policies/echo.policy", policy);
    policies_.reload();
    restart();
  }
  void TearDown() override {
    around_.folder.write("policies/echo.policy", kTwoOfAdmins);
    policies_.reload();
    auto honest = request();
    approve(honest, {by("bob"), by("carol")});
    EXPECT_TRUE(carried_out(honest)) << "an approved request does not pass any more";
  }

  // As the agent's start does.
  void restart() {
    gate_.reset();
    judgement_.reset();
    approvals_.emplace(around_.operators, around_.clock, around_.folder / "approvals.used");
    judgement_.emplace(
        agent::Judgement::Node{around_.identity, around_.clock, table_, policies_,
                               [this] { return std::make_shared<const Value>(around_.facts); },
                               [] { return std::vector<std::string>{"role::web"}; }, &*approvals_});
    auto context = around_.context(table_);
    context.policy = [this](const auto& request, auto role) {
      return judgement_->action(request, role);
    };
    context.approvals = &*approvals_;
    gate_.emplace(std::move(context), around_.statistics);
  }

  messages::Request request(const Value& arguments = {{"count", 8}}) {
    auto wire = around_.request();
    wire.arguments = arguments;
    return wire;
  }
  test::Holder by(const std::string& name) const {
    return around_.pki.root().issue_member(name, "operator");
  }
  // What is approved of it now.
  approval::Statement statement(const messages::Request& wire) const {
    return approval::statement_for(wire, wire.arguments.value(), around_.clock.unix_ms());
  }
  void approve(messages::Request& wire, const std::vector<test::Holder>& approvers) const {
    approval::attach(wire, statement(wire), approvers);
  }
  bool carried_out(const messages::Request& wire) { return carried_out_body(test::body_of(wire)); }
  bool carried_out_body(const std::string& body) {
    const auto sealed =
        around_.pki.operator_().signer().seal(envelope::Kind::request, body).value();
    const auto admitted = gate_->admit(sealed, false);
    last_ = admitted ? admitted->refusal.message : "";
    return admitted && admitted->agent != nullptr;
  }
  // With another id, as whoever sends it once more.
  bool carried_out_again(messages::Request wire) {
    wire.id = around_.request().id;
    return carried_out(wire);
  }
  bool audited(const std::string& text) const {
    return around_.folder.read("audit.log").find(text) != std::string::npos;
  }
  // Refused, told to the caller in these words, and audited.
  void expect_refused(const messages::Request& wire, const std::string& words) {
    EXPECT_FALSE(carried_out(wire));
    EXPECT_NE(last_.find(words), std::string::npos) << last_;
    EXPECT_TRUE(audited("denied"));
  }

  agent::GateSurroundings around_;
  agent::AgentTable table_{agent::agents_of(guarded_echo())};
  policy::PolicyStore policies_{around_.folder / "policies", {}, true};
  std::optional<approval::Checker> approvals_;
  std::optional<agent::Judgement> judgement_;
  std::optional<agent::RequestGate> gate_;
  std::string last_;  // why the last one was refused
};

}  // namespace muster::attack
