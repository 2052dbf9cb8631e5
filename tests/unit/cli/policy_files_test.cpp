#include "orchestrator/cli/policy_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "orchestrator/cli/policy_question.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::cli {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

class PolicyFilesTest : public testing::Test {
 protected:
  PolicyFilesTest() {
    folder_.write("groups", "admins cert=alice\n");
    folder_.write("puppet.policy", "allow\tadmins\t*\tcountry=de\n\nallow\t*\tstatus\t*\n");
    folder_.write("shell.policy", "alow\tadmins\t*\t*\nallow\tadmin\t*\t*\n");
  }

  PolicyQuestion question(const std::string& caller, const std::string& action) const {
    PolicyQuestion out;
    out.policies = folder_.path();
    out.caller = caller;
    out.agent = "puppet";
    out.action = action;
    out.facts = {{"country", "de"}};
    return out;
  }

  const fakes::TempFolder folder_;
};

TEST_F(PolicyFilesTest, AGoodFileIsSummedUp) {
  const auto policy = check_policy(folder_ / "puppet.policy", {});
  EXPECT_THAT(policy.problems, IsEmpty());
  EXPECT_THAT(policy.notes, IsEmpty());
  EXPECT_EQ(policy.summary, "2 rules, then deny");
  EXPECT_EQ(check_policy(folder_ / "groups", {}).summary, "1 group");
}

TEST_F(PolicyFilesTest, EveryWrongLineIsNamedWithTheNearestWord) {
  const auto problems = check_policy(folder_ / "shell.policy", {}).problems;
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_THAT(problems[0],
              HasSubstr("shell.policy:1: 'alow' is neither allow nor deny; did you mean 'allow'?"));
  EXPECT_THAT(
      problems[1],
      HasSubstr(
          "shell.policy:2: 'admin' is neither cert=NAME nor a group; did you mean 'admins'?"));
  folder_.write("groups", "admins alice\nother\n");
  EXPECT_EQ(check_policy(folder_ / "groups", {}).problems.size(), 2U);
  EXPECT_THAT(check_policy(folder_ / "none.policy", {}).problems,
              ElementsAre(HasSubstr("none.policy")));
}

TEST_F(PolicyFilesTest, AnActionThatTheAgentLacksIsNoted) {
  folder_.write("puppet.policy", "deny\t*\trunonec\t*\nallow\t*\tstatus\t*\n");
  const auto checked = check_policy(folder_ / "puppet.policy", {});
  EXPECT_THAT(checked.problems, IsEmpty());
  EXPECT_THAT(checked.notes,
              ElementsAre(HasSubstr(
                  "puppet.policy:1: puppet has no action 'runonec'; did you mean 'runonce'?")));
  folder_.write("unknown.policy", "deny\t*\trunonec\t*\n");
  EXPECT_THAT(check_policy(folder_ / "unknown.policy", {}).notes, IsEmpty());
}

TEST_F(PolicyFilesTest, AnArgumentThatTheActionLacksIsNoted) {
  folder_.write("puppet.policy",
                "allow\t*\trunonce\t*\targs: servr\nallow\t*\t*\t*\targs: server=a job\n");
  EXPECT_THAT(check_policy(folder_ / "puppet.policy", {}).notes,
              ElementsAre(HasSubstr("puppet.policy:1: puppet takes no argument 'servr' there; did "
                                    "you mean 'server'?")));
}

TEST_F(PolicyFilesTest, AQuestionHasArgumentsATimeAndApprovals) {
  folder_.write("puppet.policy",
                "allow\tadmins\trunonce\t*\targs: server=p2\ttime: fri\tapprove: 1 of admins\n");
  folder_.write("groups", "admins cert=alice cert=carol\n");
  auto asked = question("cert=alice", "runonce");
  asked.arguments = {"server=p2"};
  asked.time = "2026-11-27T12:00Z";
  EXPECT_EQ(ask_policy(asked)->missing, "it needs approval of 1 of admins, and has 0");
  asked.approved_by = {"cert=carol"};
  EXPECT_TRUE(ask_policy(asked)->allowed);
  asked.time = "2026-11-28T12:00Z";
  EXPECT_FALSE(ask_policy(asked)->allowed);
  asked.time = "friday";
  EXPECT_THAT(ask_policy(asked).error().message, HasSubstr("'friday' is no time"));
  asked.time.clear();
  asked.arguments = {"servr=p2"};
  EXPECT_FALSE(ask_policy(asked));
}

TEST_F(PolicyFilesTest, ADataFunctionIsAskedForLikeAnAgent) {
  auto data = question("cert=bob", "query");
  data.agent = "data.fstat";
  EXPECT_TRUE(ask_policy(data)->allowed) << "built in";
  folder_.write("data.fstat.policy", "allow\t*\tquery\t*\targs: query=/^.etc/\n");
  data.arguments = {"query=/root/x"};
  EXPECT_FALSE(ask_policy(data)->allowed);
  data.arguments = {"query=/etc/motd"};
  EXPECT_TRUE(ask_policy(data)->allowed);
}

TEST_F(PolicyFilesTest, AFolderIsItsPoliciesAndGroups) {
  folder_.write("puppet.policy~", "");
  folder_.write("Shell.policy", "");
  std::vector<std::string> ignored;
  const auto files = policy_files({folder_.path()}, ignored);
  ASSERT_TRUE(files);
  EXPECT_THAT(*files,
              ElementsAre(folder_ / "groups", folder_ / "puppet.policy", folder_ / "shell.policy"));
  EXPECT_THAT(ignored, ElementsAre(EndsWith("Shell.policy"), EndsWith("puppet.policy~")));
}

TEST_F(PolicyFilesTest, AnAnswerNamesTheLine) {
  const auto decision = ask_policy(question("cert=alice", "runonce"));
  ASSERT_TRUE(decision);
  EXPECT_TRUE(decision->allowed);
  EXPECT_THAT(decision->decided_by, EndsWith("/puppet.policy:1"));
  EXPECT_EQ(decision->line, "allow\tadmins\t*\tcountry=de");
  EXPECT_FALSE(ask_policy(question("cert=bob", "runonce"))->allowed);
  EXPECT_THAT(ask_policy(question("cert=bob", "status"))->decided_by, EndsWith("/puppet.policy:3"));
}

TEST_F(PolicyFilesTest, OneFileIsAskedAlone) {
  auto one = question("cert=alice", "x");
  one.policies = folder_ / "puppet.policy";
  one.agent = "anything";
  EXPECT_TRUE(ask_policy(one)->allowed);
  folder_.write("others", "admins cert=bob\n");
  one.groups = folder_ / "others";
  EXPECT_FALSE(ask_policy(one)->allowed);
  one.policies = folder_.path();
  one.agent = "puppet";
  EXPECT_FALSE(ask_policy(one)->allowed);
}

TEST_F(PolicyFilesTest, ARefusedPolicyIsMalformed) {
  auto shell = question("cert=alice", "run");
  shell.agent = "shell";
  EXPECT_TRUE(ask_policy(shell)->malformed);
  EXPECT_THAT(ask_policy(shell)->decided_by, HasSubstr("shell.policy:1: 'alow'"));
  shell.policies = folder_ / "shell.policy";
  EXPECT_TRUE(ask_policy(shell)->malformed);
}

TEST_F(PolicyFilesTest, AQuestionThatIsNoneIsAnError) {
  EXPECT_THAT(ask_policy(question("alice", "status")).error().message,
              HasSubstr("write cert=NAME"));
  EXPECT_FALSE(ask_policy(question("cert=alice", "Status")));
  auto nowhere = question("cert=alice", "status");
  nowhere.policies = folder_ / "nowhere";
  EXPECT_THAT(ask_policy(nowhere).error().message, HasSubstr("nowhere"));
  auto role = question("cert=alice", "status");
  role.role = "orchestrater";
  EXPECT_THAT(ask_policy(role).error().message, HasSubstr("did you mean 'orchestrator'?"));
}

}  // namespace
}  // namespace muster::cli
