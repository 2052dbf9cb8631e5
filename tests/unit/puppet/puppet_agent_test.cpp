// With programs of its own in Puppet's place; tests/integration/puppetca runs the real one.
#include "plugins/agents/puppet/puppet_agent.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "node-agent/jobs/job_spool.hpp"
#include "proto/ddl/texts.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/node/test_node.hpp"
#include "tests/unit/puppet/process.hpp"

namespace muster::plugins::puppet {
namespace {

using test::request_of;
using testing::HasSubstr;

class PuppetAgentTest : public testing::Test {
 protected:
  void SetUp() override {
    auto spool = jobs::JobSpool::open(
        {node_.folder / "jobs", {JOB_HELPER, "--job-supervisor"}, {}, {}}, clock_);
    ASSERT_TRUE(spool) << spool.error().message;
    spool_ = std::move(*spool);
    node_.job_spool = spool_.get();
  }
  void puppet_is(const std::string& script) {
    node_.paths.program = node_.folder.write("bin/puppet", "#!/bin/sh\n" + script + "\n", 0755);
  }
  ActionReply call(const std::string& action, Value data = Value::object()) {
    return agent_.handle(request_of(action, std::move(data)));
  }

  base::SystemClock clock_;
  test::TestNode node_{"n1.example", clock_};
  PuppetAgent agent_{ddl::built_in("puppet").value(), node_};
  std::unique_ptr<jobs::JobSpool> spool_;
};

TEST_F(PuppetAgentTest, RunonceAnswersAtOnceAndTheJobGoesOn) {
  const auto gate = (node_.folder / "gate").string();
  puppet_is("while [ ! -e " + gate + " ]; do sleep 0.02; done; exit 2");
  const auto reply = call("runonce");
  ASSERT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data.at("state"), "running");
  node_.folder.write("gate", "");
  const auto job = spool_->wait(reply.data.at("job"),
                                std::chrono::steady_clock::now() + std::chrono::seconds(20));
  ASSERT_TRUE(job);
  EXPECT_EQ(job->exit_code, 2);
}

TEST_F(PuppetAgentTest, ChangesAreSuccessAndFailuresAreNot) {
  for (const auto& [code, status] : {std::pair{0, 0}, {2, 0}, {1, 1}, {4, 1}, {6, 1}}) {
    puppet_is("echo it ended; exit " + std::to_string(code));
    const auto reply = call("runonce", {{"wait_s", 20}});
    EXPECT_EQ(reply.status, status) << code;
    EXPECT_EQ(reply.data.at("exit_code"), code);
    EXPECT_EQ(reply.data.at("last_lines"), "it ended\n");
  }
}

TEST_F(PuppetAgentTest, PassesWhatTheCallerChose) {
  puppet_is("echo \"$@\"");
  const auto reply = call(
      "runonce", {{"wait_s", 20}, {"environment", "bootstrap"}, {"noop", true}, {"tags", "a,b"}});
  const std::string line = reply.data.at("last_lines");
  EXPECT_THAT(line, HasSubstr("agent --onetime --no-daemonize"));
  EXPECT_THAT(line, HasSubstr("--environment bootstrap --tags a,b --noop --no-splay"));
  EXPECT_THAT(line, HasSubstr("--ssldir " + node_.paths.ssldir.string()));
  EXPECT_THAT(reply.data.at("summary").get<std::string>(),
              HasSubstr("Started a Puppet run using the '" + node_.paths.program.string()));
  EXPECT_NEAR(reply.data.at("initiated_at").get<double>(), clock_.unix_ms() / 1000.0, 60);
}

TEST_F(PuppetAgentTest, DisabledWithoutAReasonTellsWhoAndWhen) {
  EXPECT_EQ(call("disable").data.at("enabled"), false);
  EXPECT_THAT(call("status").data.at("disable_message").get<std::string>(),
              testing::MatchesRegex("Disabled through Muster by cert=orchestrator1 at "
                                    "[0-9-]+ [0-9:]+ UTC"));
  EXPECT_EQ(call("enable").data.at("enabled"), true);
}

TEST_F(PuppetAgentTest, AResourceThatPuppetManagesIsLeftAlone) {
  puppet_is("echo must not run; exit 2");
  node_.folder.write("var/state/resources.txt", "file[/etc/motd]\n");
  const auto reply = call("resource", {{"type", "File"}, {"name", "/etc/motd"}});
  EXPECT_EQ(reply.status, 1);
  EXPECT_THAT(reply.message, HasSubstr("Puppet manages file[/etc/motd] on this node already"));
}

TEST_F(PuppetAgentTest, AResourceIsChangedOrNotOrFails) {
  for (const auto& [code, status, changed] :
       {std::tuple{0, 0, false}, {2, 0, true}, {4, 1, false}, {1, 1, false}}) {
    puppet_is("echo it said; exit " + std::to_string(code));
    const auto reply = call(
        "resource", {{"type", "user"}, {"name", "it's"}, {"properties", {{"ensure", "absent"}}}});
    EXPECT_EQ(reply.status, status) << code << reply.message;
    if (status == 0) {
      EXPECT_EQ(reply.data.at("changed"), changed);
      EXPECT_EQ(reply.data.at("result"), "it said\n");
    } else {
      EXPECT_THAT(reply.message, HasSubstr("user[it's] failed with exit code"));
    }
  }
}

TEST_F(PuppetAgentTest, TheSummaryCountsTypesAndGivesMessagesWhenAsked) {
  node_.folder.write("var/public/last_run_summary.yaml", "---\ntime:\n  last_run: 5\n");
  node_.folder.write("var/state/resources.txt", "file[/a]\nuser[b]\nfile[/c]\n");
  node_.folder.write("var/state/last_run_report.yaml",
                     "---\nlogs:\n- level: notice\n  message: made\n  source: Puppet\n");
  const auto plain = call("last_run_summary").data;
  EXPECT_EQ(plain.at("type_distribution"), Value({{"File", 2}, {"User", 1}}));
  EXPECT_FALSE(plain.contains("logs"));
  EXPECT_EQ(call("last_run_summary", {{"logs", true}}).data.at("logs").at(0).at("message"), "made");
}

TEST_F(PuppetAgentTest, DisableAndEnableMayBeRepeated) {
  EXPECT_EQ(call("disable", {{"message", "kernel freeze"}}).data.at("was"), "enabled");
  EXPECT_EQ(call("disable", {{"message", "still"}}).data.at("was"), "disabled");
  const auto status = call("status").data;
  EXPECT_EQ(status.at("enabled"), false);
  EXPECT_EQ(status.at("disable_message"), "still");
  EXPECT_EQ(status.at("status"), "disabled");
  EXPECT_THAT(call("runonce").message, HasSubstr("Puppet is disabled on this node: still"));
  EXPECT_EQ(call("enable").data.at("was"), "disabled");
  EXPECT_EQ(call("enable").data.at("was"), "enabled");
}

TEST_F(PuppetAgentTest, ALockOfAProcessThatIsGoneIsNotARun) {
  node_.folder.write("var/state/agent_catalog_run.lock", "999999999");
  EXPECT_EQ(call("status").data.at("applying"), false);
  // This number lives, but is no Puppet: it was given to a stranger.
  node_.folder.write("var/state/agent_catalog_run.lock", "1");
  EXPECT_EQ(call("status").data.at("applying"), false);
}

TEST_F(PuppetAgentTest, WhileARunIsUnderWayAnotherIsRefused) {
  puppet_is("exec sleep 600");
  const fakes::TempFolder folder;
  const auto run = a_puppet(folder.path());
  node_.folder.write("var/state/agent_catalog_run.lock", std::to_string(run->pid()));
  const auto applies = [&] { return call("status").data.at("applying") == true; };
  ASSERT_TRUE(fakes::wait_until(applies)) << "its name is its own once it was executed";
  const auto reply = call("runonce");
  EXPECT_EQ(reply.status, 1);
  EXPECT_THAT(reply.message, HasSubstr("already running on this node, as process"));
  EXPECT_EQ(call("status").data.at("status"), "applying a catalog");
}

TEST_F(PuppetAgentTest, WithoutARunTheStatusSaysSo) {
  const auto status = call("status").data;
  EXPECT_EQ(status.at("lastrun"), 0);
  EXPECT_EQ(status.at("since_lastrun"), -1);
  EXPECT_EQ(status.at("message"), "Currently stopped; no run has completed yet");
  EXPECT_EQ(call("last_run_summary").status, 1);
}

TEST_F(PuppetAgentTest, TheMessageCountsAsMCollectivesDid) {
  const auto when = clock_.unix_ms() / 1000 - (86400 + 2 * 3600 + 61);
  node_.folder.write("var/public/last_run_summary.yaml",
                     "---\ntime:\n  last_run: " + std::to_string(when) + "\n");
  EXPECT_THAT(call("status").data.at("message").get<std::string>(),
              HasSubstr("last completed run 1 day 2 hours 1 minute "));
}

}  // namespace
}  // namespace muster::plugins::puppet
