// provision#reboot: once for each step, and told as an outcome.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

#include "plugins/agents/provision/provision_agent.hpp"
#include "plugins/agents/provision/reboot_step.hpp"
#include "proto/ddl/texts.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/node/test_node.hpp"

namespace muster::plugins::provision {
namespace {

using test::request_of;
using testing::HasSubstr;

// Commands that are started and nothing more; a test says what becomes of the last.
class KeptJobs final : public Jobs {
 public:
  Result<JobStatus> start(const JobSpec& spec) override {
    on_start();
    const auto known = std::find(keys.begin(), keys.end(), spec.key);
    if (known == keys.end()) {
      keys.push_back(spec.key);
      argv = spec.argv;
      job = JobStatus{};
      job.id = std::to_string(keys.size());
    }
    return job;
  }
  Result<JobStatus> status(const std::string&) const override { return job; }
  Result<std::string> output(const std::string&, std::uint64_t, std::size_t) const override {
    return std::string("Failed to talk to init daemon.\n");
  }
  Result<JobStatus> wait(const std::string&, std::chrono::steady_clock::time_point) const override {
    return job;
  }
  Status kill(const std::string&) override { return {}; }
  std::vector<JobStatus> list() const override { return {job}; }

  std::function<void()> on_start = [] {};
  std::vector<std::string> keys;
  std::vector<std::string> argv;
  JobStatus job;
};

class RebootTest : public testing::Test {
 protected:
  RebootTest() {
    node_.job_spool = &jobs_;
    node_.its_reboot_command = {"/sbin/restart", "now"};
    restart_agent();
    fence_ = claim();
  }
  void restart_agent() {
    agent_ = std::make_unique<ProvisionAgent>(ddl::built_in("provision").value(), node_);
  }
  std::int64_t claim() {
    return call("claim", {{"workflow", "puppet"}, {"lease_s", 60}}).data.at("fence");
  }
  ActionReply call(const std::string& action, Value data) {
    return agent_->handle(request_of(action, std::move(data)));
  }
  ActionReply reboot(const std::string& step = "restart") {
    return call("reboot", {{"fence", fence_}, {"step", step}});
  }
  void command_ended(int exit_code) {
    jobs_.job.state = JobState::finished;
    jobs_.job.exit_code = exit_code;
    jobs_.job.output_bytes = 31;
    jobs_.job.finished_at_ms = clock_.unix_ms();
  }
  void machine_starts_anew() {
    node_.its_boot_id = "boot-2";
    jobs_.job.state = JobState::lost;
    restart_agent();
  }

  fakes::FakeClock clock_;
  KeptJobs jobs_;
  test::TestNode node_{"n1.example", clock_};
  std::unique_ptr<ProvisionAgent> agent_;
  std::int64_t fence_ = 0;
};

TEST_F(RebootTest, ItIsBegunOnceHoweverOftenAStepAsks) {
  const auto reply = reboot();
  ASSERT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data, (Value{{"rebooted", false}, {"boot_id", "boot-1"}}));
  command_ended(0);
  EXPECT_EQ(reboot().data.at("rebooted"), false);
  EXPECT_EQ(jobs_.keys.size(), 1U);
  EXPECT_EQ(jobs_.argv, (std::vector<std::string>{"/sbin/restart", "now"}));
}

TEST_F(RebootTest, AnotherBootIdIsTheOutcomeWhoeverAsksThen) {
  reboot();
  machine_starts_anew();
  fence_ = claim();
  EXPECT_EQ(reboot().data, (Value{{"rebooted", true}, {"boot_id", "boot-2"}}));
  EXPECT_EQ(reboot().data.at("rebooted"), true);
  EXPECT_EQ(jobs_.keys.size(), 1U);
  EXPECT_EQ(call("status", Value::object()).data.at("boot_id"), "boot-2");
}

TEST_F(RebootTest, EachStepHasARestartOfItsOwn) {
  reboot();
  machine_starts_anew();
  EXPECT_EQ(reboot("another").data.at("rebooted"), false);
  EXPECT_EQ(jobs_.keys.size(), 2U);
}

TEST_F(RebootTest, WhichBootIsToEndIsOnTheDiskBeforeAnythingIsDone) {
  std::string on_disk;
  jobs_.on_start = [&] { on_disk = node_.folder.read("state/provision.json"); };
  reboot();
  EXPECT_THAT(on_disk, HasSubstr("boot-1"));
}

TEST_F(RebootTest, ACommandThatFailedIsToldOnceWithWhatItPrinted) {
  reboot();
  command_ended(1);
  const auto reply = reboot();
  EXPECT_EQ(reply.status, 1);
  EXPECT_THAT(reply.message, HasSubstr("'/sbin/restart now' ended with 1: Failed to talk to init"));
  EXPECT_EQ(reboot().status, 0) << "asked again, it is tried again";
  EXPECT_EQ(jobs_.keys.size(), 2U);
}

TEST_F(RebootTest, AMachineThatStaysUpIsAFailure) {
  reboot();
  command_ended(0);
  clock_.advance(kGoesDownWithin);
  const auto reply = reboot();
  EXPECT_EQ(reply.status, 1);
  EXPECT_THAT(reply.message, HasSubstr("the machine is still up 180 s after '/sbin/restart now'"));
}

TEST_F(RebootTest, AnOwnerWhoWantsNoneIsAsked) {
  node_.its_reboot_command.clear();
  EXPECT_THAT(reboot().message, HasSubstr("its agent.yaml has an empty 'reboot_command'"));
  EXPECT_TRUE(jobs_.keys.empty());
}

TEST_F(RebootTest, AMachineThatDoesNotTellItsBootIsNotRestarted) {
  node_.its_boot_id.clear();
  EXPECT_THAT(reboot().message, HasSubstr("does not say which boot"));
  EXPECT_TRUE(jobs_.keys.empty());
}

TEST_F(RebootTest, AStaleFenceRestartsNothing) {
  --fence_;
  EXPECT_THAT(reboot().message, HasSubstr("is stale"));
  EXPECT_TRUE(jobs_.keys.empty());
}

}  // namespace
}  // namespace muster::plugins::provision
