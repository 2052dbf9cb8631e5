// Approvals on the command line: options, and what is shown before somebody signs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/cli/approval/approval_options.hpp"
#include "orchestrator/cli/approval/approval_wait.hpp"
#include "orchestrator/cli/approval/approved_call.hpp"
#include "orchestrator/cli/render/approvals.hpp"
#include "proto/filter/filter.hpp"

namespace muster::cli {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(ApprovalOptionsTest, AGroupMayBeNamedWithANumber) {
  EXPECT_EQ(wanted_approval("admins")->number, 1);
  const auto two = wanted_approval("2 of admins");
  ASSERT_TRUE(two) << two.error().message;
  EXPECT_EQ(two->group, "admins");
  EXPECT_EQ(two->number, 2);
  for (const auto* wrong : {"", "0 of admins", "11 of admins", "two of admins", "2 of", "2 of A B"})
    EXPECT_FALSE(wanted_approval(wrong)) << wrong;
}

TEST(ApprovalOptionsTest, OptionsThatContradictEachOtherAreRefused) {
  ApprovalOptions asking;
  EXPECT_TRUE(check_approval_options(asking));
  asking.ask = "admins";
  asking.reason = "because";
  EXPECT_TRUE(check_approval_options(asking));
  asking.id = "0123456789abcdef";
  EXPECT_FALSE(check_approval_options(asking));
  asking.ask.clear();
  EXPECT_FALSE(check_approval_options(asking)) << "a reason for nobody";
  asking.reason.clear();
  EXPECT_TRUE(check_approval_options(asking));
  asking.id = "12";
  EXPECT_FALSE(check_approval_options(asking));
}

TEST(ApprovedCallTest, AFilterStaysAFilterAndNamesStayNames) {
  const auto filter = filter::Filter::parse({.facts = {"country=de"}}).value();
  const Search search{.filter = filter};
  client::Call call;
  Discovery found{.method = Method::presence, .identities = {"n1", "n2"}};
  address_for_approval(call, found, search);
  EXPECT_THAT(call.filter.facts, ElementsAre("country=de"));
  EXPECT_THAT(call.expected, ElementsAre("n1", "n2"));
  EXPECT_TRUE(call.targets.empty());
  found.limited = true;
  address_for_approval(call, found, search);
  EXPECT_THAT(call.targets, ElementsAre("n1", "n2"));
  EXPECT_TRUE(call.filter.empty());
  found = {.method = Method::file, .identities = {"n3"}};
  address_for_approval(call, found, search);
  EXPECT_THAT(call.targets, ElementsAre("n3"));
}

TEST(ApprovalWaitTest, ItIsGivenByAsManyAsWereAskedAndADenialOutweighsThem) {
  Value shown{{"number", 2}, {"approved_by", {"bob"}}, {"denied_by", ""}};
  EXPECT_EQ(approval_state(shown), ApprovalState::waits);
  shown["approved_by"].push_back("carol");
  EXPECT_EQ(approval_state(shown), ApprovalState::given);
  EXPECT_EQ(render::decided_text("0123456789abcdef", shown),
            "Approved by bob, carol: the same command and --approval 0123456789abcdef\n");
  shown["denied_by"] = "dave";
  shown["denied_why"] = "not\ntoday";
  EXPECT_EQ(approval_state(shown), ApprovalState::denied);
  EXPECT_THAT(render::decided_text("0123456789abcdef", shown),
              AllOf(HasSubstr("Denied by dave: not"), Not(HasSubstr("\ntoday"))));
}

TEST(ApprovalsTextTest, AnApproverSeesEverythingAndNothingSteersTheTerminal) {
  approval::Statement statement;
  statement.id = "0123456789abcdef";
  statement.caller = "alice";
  statement.agent = "shell";
  statement.action = "run";
  statement.collective = "main";
  statement.arguments = {{"command", "echo \x1b[2J\nrm -rf /"}, {"timeout", 5}};
  statement.until_ms = 1'767'225'600'000;
  const Value shown{{"group", "admins"},      {"number", 2},     {"approved_by", {"bob"}},
                    {"reason", "disk\nfull"}, {"denied_by", ""}, {"denied_why", ""}};
  const auto text =
      render::approval_text(statement, shown, statement.until_ms - 60'000, render::Style(false));
  EXPECT_THAT(text, AllOf(HasSubstr("alice"), HasSubstr("shell#run"), HasSubstr("timeout = 5"),
                          HasSubstr("rm -rf /"), HasSubstr("ALL that run shell"),
                          HasSubstr("1 of 2 admins: bob"), Not(HasSubstr("\x1b")),
                          Not(HasSubstr("\nrm")), Not(HasSubstr("\nfull"))));
  statement.targets = {"n1", "n2"};
  EXPECT_THAT(render::approval_text(statement, shown, 0, render::Style(false)),
              AllOf(HasSubstr("n1"), HasSubstr("n2"), Not(HasSubstr("ALL"))));
}

TEST(ApprovedTextTest, AnApprovalThatNeedsMoreSaysSo) {
  approval::Statement statement;
  statement.caller = "bob";
  EXPECT_EQ(render::approved_text(statement, {{"approved_by", {"dave"}}, {"number", 2}}),
            "Approved: bob may not do this yet: 1 more must approve; 1 of 2 have approved\n");
  EXPECT_EQ(render::approved_text(statement, {{"approved_by", {"dave", "erin"}}, {"number", 2}}),
            "Approved: bob may do this until the approval ends; 2 of 2 have approved\n");
}

}  // namespace
}  // namespace muster::cli
