// With programs of its own in Puppet's place; tests/integration/puppetca runs the real one.
#include "plugins/agents/puppet/puppet_agent.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "node-agent/jobs/job_spool.hpp"
#include "proto/ddl/texts.hpp"
#include "tests/support/node/test_node.hpp"

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
  EXPECT_THAT(line,
              HasSubstr("--detailed-exitcodes --no-usecacheonfailure --no-splay --color=false"));
  EXPECT_THAT(line, HasSubstr("--certname n1.example --environment bootstrap --tags a,b --noop"));
  EXPECT_THAT(line, HasSubstr("--ssldir " + node_.paths.ssldir.string()));
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
  // The test's own number, under a name that holds "puppet".
  node_.folder.write("var/state/agent_catalog_run.lock", std::to_string(::getpid()));
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
