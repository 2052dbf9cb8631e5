// Approvals by way of an orchestrator, and for its own actions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/client/control.hpp"
#include "proto/base/encoding.hpp"
#include "proto/messages/request.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/approval/approved.hpp"
#include "tests/unit/control/control_lab.hpp"

namespace muster::control {
namespace {

using client::Outcome;
using testing::HasSubstr;

class ApprovalDeskTest : public testing::Test {
 protected:
  ApprovalDeskTest() {
    orchestrator_.folder.write("policies/groups", "admins cert=bob cert=carol\n");
    orchestrator_.folder.write("policies/orchestrator.policy",
                               "allow\toperators\tprovision_again\t*\tapprove: 2 of admins\n"
                               "allow\toperators\tapproval_ask approval_show\t*\n");
    orchestrator_.desk.reset();
    orchestrator_.desk =
        ControlDesk::start(
            *orchestrator_.link, {.provisioning = &provisioning_},
            {orchestrator_.folder / "policies", orchestrator_.folder / "requests.seen",
             std::make_shared<audit::AuditLog>(
                 audit::Options{.file = orchestrator_.folder / "audit.log", .journal = false},
                 orchestrator_.link->caller(), clock_)})
            .value();
  }
  client::ControlAnswer ask(const std::string& action, const Value& arguments,
                            client::Attached approved = {}) {
    auto answer = client::ask_orchestrators(lab_.link(), {.action = action,
                                                          .arguments = arguments,
                                                          .timeout = fakes::kPatience,
                                                          .approved = std::move(approved)});
    if (!answer) throw std::runtime_error(answer.error().message);
    return *answer;
  }
  client::Attached approved_by(const std::vector<std::string>& names, const Value& arguments) {
    messages::Request wire;
    wire.caller = "alice";
    wire.collective = "main";
    wire.agent = "orchestrator";
    wire.action = "provision_again";
    const auto statement = approval::statement_for(wire, arguments, clock_.unix_ms());
    client::Attached out{approval::text(statement), {}};
    for (const auto& name : names)
      out.approvals.push_back(
          approval::sign(statement, out.statement,
                         lab_.pki().root().issue_member(name, "operator").signer())
              .value());
    return out;
  }

  base::SystemClock clock_;
  client::ClientLab lab_;
  FakeProvisioning provisioning_;
  ServingOrchestrator orchestrator_{lab_, "orchestrator1"};
};

TEST_F(ApprovalDeskTest, AnActionThatNeedsApprovalIsDoneOnceWithIt) {
  const Value node{{"nodes", {"n1"}}};
  const auto refused = ask("provision_again", node);
  EXPECT_EQ(refused.outcome, Outcome::refused);
  EXPECT_EQ(refused.data.value("needs_approval", ""), "2 of admins");
  const auto approved = approved_by({"bob", "carol"}, node);
  EXPECT_EQ(ask("provision_again", {{"nodes", {"n2"}}}, approved).outcome, Outcome::refused);
  const auto done = ask("provision_again", node, approved);
  EXPECT_EQ(done.outcome, Outcome::ok) << done.message;
  EXPECT_THAT(provisioning_.asked, testing::ElementsAre("again n1"));
  EXPECT_THAT(orchestrator_.audit(), HasSubstr("\"approved_by\":[\"cert=bob\",\"cert=carol\"]"));
  const auto again = ask("provision_again", node, approved);
  EXPECT_EQ(again.outcome, Outcome::refused);
  EXPECT_THAT(again.message, HasSubstr("was used here before"));
}

TEST_F(ApprovalDeskTest, TheBoxIsAskedByTheActionsOfItsName) {
  const auto attached = approved_by({}, {{"nodes", {"n1"}}});
  const auto asked =
      ask("approval_ask", {{"statement", attached.statement}, {"group", "admins"}, {"number", 2}});
  EXPECT_EQ(asked.outcome, Outcome::ok) << asked.message;
  const auto id = approval::parse(attached.statement)->id;
  const auto shown = ask("approval_show", {{"id", id}});
  EXPECT_EQ(shown.outcome, Outcome::ok) << shown.message;
  EXPECT_EQ(shown.data.value("statement", ""), attached.statement);
  EXPECT_EQ(ask("approval_list", Value::object()).outcome, Outcome::refused) << "no line allows it";
}

}  // namespace
}  // namespace muster::control
