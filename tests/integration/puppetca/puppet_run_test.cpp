#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "node-agent/renewal/certificate_renewal.hpp"
#include "proto/base/files.hpp"
#include "tests/integration/puppetca/lab.hpp"

namespace muster::test {
namespace {

using testing::HasSubstr;
using testing::Not;

// One provisioned node for all cases: each run costs seconds.
class PuppetRunTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    node_ = new NewNode("run.test");
    const auto fingerprint = node_->request().at("fingerprint");
    ASSERT_EQ(
        Master().call("sign", {{"certname", "run.test"}, {"fingerprint", fingerprint}}).status, 0);
    const auto fetched = node_->call("fetch_certificate", {{"ca_pem", Lab::ca_pem()}});
    ASSERT_EQ(fetched.status, 0) << fetched.message;
  }
  static void TearDownTestSuite() { delete node_; }

  static std::string start(const std::string& environment) {
    const auto reply =
        node_->call("run", {{"environment", environment}, {"step", environment + "-run"}});
    EXPECT_EQ(reply.status, 0) << reply.message;
    return reply.data.value("job", "");
  }
  static Value run(const std::string& environment) { return node_->finish(start(environment)); }

  static NewNode* node_;
};

NewNode* PuppetRunTest::node_ = nullptr;

TEST_F(PuppetRunTest, ChangesAreExitTwoAndTheCertificateWasAsPuppetWantsIt) {
  const auto job = run("bootstrap");
  EXPECT_EQ(job.at("exit_code"), 2) << job.at("output");
  const std::string output = job.at("output");
  EXPECT_THAT(output, HasSubstr("first boot"));
  EXPECT_THAT(output, HasSubstr("Applied catalog"));
  EXPECT_THAT(output, Not(HasSubstr("new SSL key")));
  EXPECT_THAT(job.at("last_lines").get<std::string>(), HasSubstr("Applied catalog"));
  EXPECT_EQ(start("bootstrap"), start("bootstrap")) << "a step that went well is not run twice";
  EXPECT_EQ(node_->puppet("last_run_summary").data.at("changed_resources"), 1);
  EXPECT_GT(node_->puppet("status").data.at("lastrun"), 0);
}

TEST_F(PuppetRunTest, TheSummaryHasTheRunsMessagesAndCountsTypes) {
  run("bootstrap");
  const auto reply = node_->puppet("last_run_summary", {{"logs", true}});
  ASSERT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data.at("type_distribution"), Value({{"Notify", 1}}));
  EXPECT_THAT(reply.data.at("logs").dump(), HasSubstr("first boot"));
}

TEST_F(PuppetRunTest, AResourceIsMadeSoOnceAndRealRunsSummaryStays) {
  const fakes::TempFolder folder;
  run("bootstrap");
  const auto before = node_->puppet("last_run_summary").data.at("summary");
  const Value file{{"type", "File"},
                   {"name", folder / "it's"},
                   {"properties", {{"ensure", "file"}, {"content", "a $x \\ b"}}}};
  auto reply = node_->puppet("resource", file);
  ASSERT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data.at("changed"), true);
  EXPECT_EQ(folder.read("it's"), "a $x \\ b");
  reply = node_->puppet("resource", file);
  EXPECT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data.at("changed"), false);
  EXPECT_EQ(node_->puppet("last_run_summary").data.at("summary"), before);
  EXPECT_EQ(node_->puppet("resource", {{"type", "nosuchtype"}, {"name", "x"}}).status, 1);
}

TEST_F(PuppetRunTest, NothingToDoIsExitZero) {
  const auto job = run("production");
  EXPECT_EQ(job.at("exit_code"), 0) << job.at("output");
}

TEST_F(PuppetRunTest, FailuresAreExitFourAndTheStepCanBeRunAgain) {
  const auto first = start("failing");
  const auto job = node_->finish(first);
  EXPECT_EQ(job.at("exit_code"), 4) << job.at("output");
  EXPECT_THAT(job.at("last_lines").get<std::string>(), HasSubstr("/bin/false"));
  const auto second = start("failing");
  EXPECT_NE(second, first);
  EXPECT_EQ(node_->finish(second).at("exit_code"), 4);
}

TEST_F(PuppetRunTest, ChangesAndFailuresAreExitSix) {
  const auto job = run("both");
  EXPECT_EQ(job.at("exit_code"), 6) << job.at("output");
}

TEST_F(PuppetRunTest, ACatalogueThatDoesNotCompileIsExitOne) {
  const auto job = run("broken");
  EXPECT_EQ(job.at("exit_code"), 1) << job.at("output");
  EXPECT_THAT(job.at("last_lines").get<std::string>(), HasSubstr("Could not retrieve catalog"));
}

// Which master a node has is what the orchestrator chose for it.
TEST_F(PuppetRunTest, AServerListOrSrvRecordsOfTheSiteSendItNowhereElse) {
  const auto conf = node_->node().paths.confdir / "puppet.conf";
  std::filesystem::create_directories(conf.parent_path());
  ASSERT_TRUE(base::write_file(conf,
                               "[main]\nserver_list = nowhere.invalid,elsewhere.invalid\n"
                               "use_srv_records = true\nsrv_domain = nowhere.invalid\n",
                               0644));
  const auto job =
      node_->finish(node_->call("run", {{"environment", "production"}, {"step", "with-a-list"}})
                        .data.value("job", ""));
  std::filesystem::remove(conf);
  EXPECT_EQ(job.at("exit_code"), 0) << job.at("output");
}

// What a killed run leaves: a lock without its number, of a process that is gone, of one that is something else.
TEST_F(PuppetRunTest, StaleEmptyAndForeignLocksHoldNoRunUp) {
  const auto lock = node_->node().paths.state() / "agent_catalog_run.lock";
  int step = 0;
  const std::vector<std::string> pids{"", "4194303", std::to_string(::getpid())};
  for (const auto& pid : pids) {
    ASSERT_TRUE(base::write_file(lock, pid, 0644));
    ASSERT_TRUE(base::write_file(node_->ssl("ssl.lock"), pid, 0644));
    EXPECT_EQ(node_->puppet("status").data.at("applying"), false) << pid;
    const auto reply = node_->call(
        "run", {{"environment", "production"}, {"step", "locked-" + std::to_string(++step)}});
    const auto job = node_->finish(reply.data.value("job", ""));
    EXPECT_EQ(job.at("exit_code"), 0) << "'" << pid << "': " << job.at("output");
  }
}

TEST_F(PuppetRunTest, APuppetServerThatRenewsNoCertificatesIsUnderstood) {
  auto paths = node_->node().paths;
  paths.server_url = std::string("https://") + kMaster + ":8140";
  const auto asked = agent::renew_certificate(paths, "run.test");
  ASSERT_TRUE(asked) << asked.error().message;
  EXPECT_EQ(*asked, agent::Renewal::not_offered) << "7.9.5 has no such service";
}

TEST_F(PuppetRunTest, ADisabledPuppetIsNotStarted) {
  node_->puppet("disable", {{"message", "kernel freeze"}});
  const auto reply = node_->call("run", {{"environment", "production"}, {"step", "other-run"}});
  EXPECT_EQ(reply.status, 1);
  EXPECT_THAT(reply.message, HasSubstr("kernel freeze"));
  node_->puppet("enable");
  const auto job = node_->puppet("runonce", {{"environment", "production"}, {"wait_s", 50}});
  EXPECT_EQ(job.status, 0) << job.message;
}

}  // namespace
}  // namespace muster::test
