// Two pairs of eyes, from the refusal to the second refusal: real broker, orchestrator and agents.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <csignal>

#include "proto/base/files.hpp"
#include "tests/integration/cli/fleet.hpp"

namespace muster::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ApprovalCommandTest : public FleetTest {
 protected:
  static void SetUpTestSuite() {
    FleetTest::SetUpTestSuite();
    for (const auto* name : {"bob", "carol", "dave"}) make_operator(name);
    ASSERT_TRUE(
        base::write_file(fleet().in_operator("policies/groups"), "admins cert=bob cert=carol\n"));
  }
  void SetUp() override {
    FleetTest::SetUp();
    for (const auto* name : kNodes) {
      fleet().node(name).write("policies/groups", "admins cert=bob cert=carol\n");
      fleet().node(name).write("policies/shell.policy", "allow\t*\trun\t*\tapprove: 2 of admins\n");
      const auto before = fleet().node(name).agent().output().size();
      fleet().node(name).agent().signal(SIGHUP);
      ASSERT_TRUE(fleet().node(name).agent().says(std::string("on the bus as ") + name, before));
    }
  }
  static void make_operator(const std::string& name) {
    const auto made = muster({"operator", "create", name});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    auto text = base::read_file(fleet().config()).value();
    for (const std::string what : {"operator.pem", "operator.key"})
      text.replace(text.find(what), what.size(), name + what.substr(what.find('.')));
    ASSERT_TRUE(base::write_file(fleet().in_operator(name + ".yaml"), text));
  }
  static Finished as(const std::string& name, const std::vector<std::string>& words) {
    return fleet().muster_with(fleet().in_operator(name + ".yaml"), words);
  }
  static std::vector<std::string> with(std::vector<std::string> words,
                                       const std::vector<std::string>& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  static std::string ask(const std::vector<std::string>& call) {
    const auto asked = muster(
        with(call, {"--ask-approval", "2 of admins", "--reason", "the disk is full", "--json"}));
    EXPECT_EQ(asked.exit_code, 0) << asked.err;
    return asked.json().value("approval", "");
  }
  static void approve(const std::string& name, const std::string& id) {
    const auto done = as(name, {"approve", id, "--yes"});
    ASSERT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.out, HasSubstr("the disk is full"));
  }

  static constexpr std::array kNodes{"n1.example.test", "n2.example.test", "n3.example.test"};
  std::unique_ptr<Daemon> orchestrator_ = fleet().start_orchestrator();
};

TEST_F(ApprovalCommandTest, TwoApproveAThirdRunsItOnce) {
  const std::vector<std::string> call{"shell", "run", "echo done", "-I", kNodes[0]};
  const auto refused = muster(call);
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.out, HasSubstr("it needs approval of 2 of admins, and has 0"));
  EXPECT_THAT(refused.err, HasSubstr("--ask-approval '2 of admins'"));
  const auto id = ask(call);
  EXPECT_THAT(as("bob", {"approve"}).out, AllOf(HasSubstr(id), HasSubstr("shell#run")));
  EXPECT_THAT(as("dave", {"approve"}).out, Not(HasSubstr(id)));
  EXPECT_EQ(as("dave", {"approve", id, "--yes"}).exit_code, 1);
  const auto own = muster({"approve", id, "--yes"});
  EXPECT_EQ(own.exit_code, 0) << "shows who asked how far it is";
  EXPECT_THAT(own.err, HasSubstr("others approve it"));
  approve("bob", id);
  const auto early = muster(with(call, {"--approval", id}));
  EXPECT_EQ(early.exit_code, 2);
  EXPECT_THAT(early.out, HasSubstr("and has 1"));
  approve("carol", id);
  const auto other = muster({"shell", "run", "echo else", "-I", kNodes[0], "--approval", id});
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.err, HasSubstr("is for other arguments"));
  const auto done = muster(with(call, {"--approval", id}));
  EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
  EXPECT_THAT(done.out, HasSubstr("done"));
  const auto again = muster(with(call, {"--approval", id}));
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.out, HasSubstr("was used here before"));
  fleet().node(kNodes[0]).agent().signal(SIGKILL);
  ASSERT_TRUE(fleet().node(kNodes[0]).agent().wait());
  fleet().node(kNodes[0]).start();
  ASSERT_TRUE(fleet().all_online());
  EXPECT_THAT(muster(with(call, {"--approval", id})).out, HasSubstr("was used here before"));
}

// Those who may approve hear of it; what it is, they alone are shown.
TEST_F(ApprovalCommandTest, ThatARequestWaitsIsToldAsAnEvent) {
  Daemon listening(
      {"/usr/bin/env", "MUSTER_CONFIG=" + fleet().in_operator("dave.yaml").string(), MUSTER_PROGRAM,
       "events", "--type", "approval-asked", "--count", "1", "--json", "-v"},
      fleet().file("approval-events.log"));
  ASSERT_TRUE(listening.says("watching"));
  const auto id = ask({"shell", "run", "echo done", "-I", kNodes[0]});
  EXPECT_EQ(listening.wait(), 0) << listening.output();
  EXPECT_THAT(listening.output(),
              AllOf(HasSubstr("approval-asked"), HasSubstr(id), HasSubstr("\"admins\""),
                    Not(HasSubstr("echo")), Not(HasSubstr("the disk is full"))));
}

TEST_F(ApprovalCommandTest, AFilterIsApprovedAsAFilterAndADenialIsTold) {
  const std::vector<std::string> call{"shell", "run", "hostname", "-F", "country=de"};
  const auto id = ask(call);
  EXPECT_THAT(as("bob", {"approve", id, "--show"}).out, HasSubstr("-F country=de"));
  approve("bob", id);
  approve("carol", id);
  const auto done = muster(with(call, {"--approval", id, "--json"}));
  EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
  EXPECT_EQ(done.json().at("request_stats").at("ok"), kNodes.size());
  const auto denied = ask(call);
  const auto deny = as("carol", {"approve", "--deny", denied, "--reason", "not today"});
  EXPECT_EQ(deny.exit_code, 0) << deny.err;
  const auto refused = muster(with(call, {"--approval", denied}));
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("denied by carol: not today"));
}

// Whoever waits hears it at once, by whom and why; everybody else hears no more than that it was decided.
TEST_F(ApprovalCommandTest, WhoAskedIsToldWhenItIsGivenOrDenied) {
  const std::vector<std::string> call{"shell", "run", "echo done", "-I", kNodes[0]};
  for (const bool given : {true, false}) {
    const auto id = ask(call);
    Daemon listening({"/usr/bin/env", "MUSTER_CONFIG=" + fleet().in_operator("dave.yaml").string(),
                      MUSTER_PROGRAM, "events", "--type",
                      given ? "approval-given" : "approval-denied", "--count", "1", "--json", "-v"},
                     fleet().file("decision-events.log"));
    ASSERT_TRUE(listening.says("watching"));
    Daemon waiting({MUSTER_PROGRAM, "--config", fleet().config(), "approve", id, "--wait", "-v"},
                   fleet().file("approval-wait.log"));
    ASSERT_TRUE(waiting.says("waiting until"));
    approve("bob", id);
    if (given)
      approve("carol", id);
    else
      EXPECT_EQ(as("carol", {"approve", "--deny", id, "--reason", "not today"}).exit_code, 0);
    EXPECT_EQ(waiting.wait(), given ? 0 : 2) << waiting.output();
    EXPECT_THAT(waiting.output(),
                HasSubstr(given ? "Approved by bob, carol" : "Denied by carol: not today"));
    EXPECT_EQ(listening.wait(), 0) << listening.output();
    EXPECT_THAT(listening.output(), AllOf(HasSubstr(id), Not(HasSubstr("carol")),
                                          Not(HasSubstr("not today")), Not(HasSubstr("echo"))));
  }
  EXPECT_EQ(muster({"approve", "--wait"}).exit_code, 1);
}

TEST_F(ApprovalCommandTest, OrchestratorsAskForApprovalToo) {
  ASSERT_TRUE(base::write_file(fleet().in_operator("policies/orchestrator.policy"),
                               "allow\toperators\tprovision_forget\t*\tapprove: 1 of admins\n"
                               "allow\toperators\tapproval_ask approval_list approval_show "
                               "approval_sign approval_deny\t*\n"));
  const auto before = orchestrator_->output().size();
  orchestrator_->signal(SIGHUP);
  ASSERT_TRUE(orchestrator_->says("orchestrating", before));
  const std::vector<std::string> call{"provision", "forget", "nobody.example"};
  const auto refused = muster(call);
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--ask-approval '1 of admins'"));
  const auto id = ask(call);
  approve("bob", id);
  const auto done = muster(with(call, {"--approval", id}));
  EXPECT_THAT(done.err, HasSubstr("there is no record of 'nobody.example'")) << "it is carried out";
  EXPECT_THAT(muster(with(call, {"--approval", id})).err, HasSubstr("was used here before"));
}

}  // namespace
}  // namespace muster::test
