#include "orchestrator/control/step_approval.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::control {
namespace {

using security::Role;
using testing::HasSubstr;

class FakeApprovals final : public Approvals {
 public:
  Status approve(const std::string&, const std::string&, const std::string&) override { return {}; }
  Result<std::string> group_of_step(const StepOfRun& step) override {
    if (step.node == "web1") return std::string("dba");
    if (step.node == "web2") return std::string("nobody-knows");
    return fail(Errc::not_found, "waits for no approval");
  }
  Status approve_step(const StepOfRun& step, const std::string& caller) override {
    approved.push_back(step.node + "/" + step.step + "/" + step.run_id + " " + caller);
    return {};
  }
  std::vector<std::string> approved;
};

class StepApprovalTest : public testing::Test {
 protected:
  StepApprovalTest() {
    folder_.write("policies/groups", "dba cert=carol\n");
    policies_.reload();
  }
  Result<Value> ask(const std::string& caller, const std::string& node) {
    const auto id = "cert=" + caller;
    auto done =
        perform_step_approval(&duty_, policies_, {id, Role::operator_}, "provision_approve_step",
                              {{"node", node}, {"step", "ok"}, {"run", "r"}});
    return done ? *done : Result<Value>(fail(Errc::unknown, "another action"));
  }
  fakes::TempFolder folder_;
  policy::PolicyStore policies_{folder_ / "policies", {}, true};
  FakeApprovals duty_;
};

TEST_F(StepApprovalTest, OneOfTheGroupGivesIt) {
  EXPECT_EQ(ask("carol", "web1").value().at("group"), "dba");
  EXPECT_THAT(duty_.approved, testing::ElementsAre("web1/ok/r carol"));
}

TEST_F(StepApprovalTest, NobodyElseDoes) {
  const auto refused = ask("mallory", "web1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::refused);
  EXPECT_THAT(refused.error().message, HasSubstr("cert=mallory is not in the group 'dba'"));
  EXPECT_FALSE(ask("carol", "web2")) << "no such group";
  EXPECT_FALSE(ask("carol", "web3"));
  EXPECT_TRUE(duty_.approved.empty());
}

TEST_F(StepApprovalTest, OtherActionsAreNotItsOwn) {
  EXPECT_FALSE(perform_step_approval(&duty_, policies_, {"cert=carol", Role::operator_},
                                     "provision_approve", Value::object()));
}

}  // namespace
}  // namespace muster::control
