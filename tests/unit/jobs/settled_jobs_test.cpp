#include "node-agent/jobs/settled_jobs.hpp"

#include <gtest/gtest.h>

#include <map>
#include <thread>

namespace muster::jobs {
namespace {

using namespace std::chrono_literals;
using plugins::JobState;
using plugins::JobStatus;
using Steady = std::chrono::steady_clock;

// Jobs that end when a test says so.
class HeldJobs final : public plugins::Jobs {
 public:
  Result<JobStatus> start(const plugins::JobSpec& spec) override {
    const auto id = spec.key.empty() ? "job" + std::to_string(jobs_.size()) : spec.key;
    return jobs_.emplace(id, of(id, spec.kind, JobState::running)).first->second;
  }
  Result<JobStatus> status(const std::string& id) const override { return jobs_.at(id); }
  Result<std::string> output(const std::string& /*id*/, std::uint64_t /*offset*/,
                             std::size_t /*max_bytes*/) const override {
    return "said";
  }
  Result<JobStatus> wait(const std::string& id, Steady::time_point /*deadline*/) const override {
    return jobs_.at(id);
  }
  Status kill(const std::string& /*id*/) override { return {}; }
  std::vector<JobStatus> list() const override {
    std::vector<JobStatus> all;
    for (const auto& [id, job] : jobs_) all.push_back(job);
    return all;
  }

  void put(const std::string& id, JobState state) { jobs_[id] = of(id, "puppet", state); }

 private:
  static JobStatus of(const std::string& id, const std::string& kind, JobState state) {
    const bool over = state == JobState::finished;
    return {id, kind, "", state, over ? 2 : 0, 1, over ? 9 : 0, 0, 0};
  }
  std::map<std::string, JobStatus> jobs_;
};

class SettledJobsTest : public testing::Test {
 protected:
  static plugins::JobSpec spec(const std::string& kind, const std::string& key = "") {
    plugins::JobSpec spec;
    spec.kind = kind;
    spec.key = key;
    return spec;
  }
  std::string started(const std::string& kind = "puppet") {
    return jobs_.start(spec(kind)).value().id;
  }
  JobState state(const std::string& id) { return jobs_.status(id).value().state; }

  HeldJobs held_;
  SettledJobs jobs_{held_, "puppet", 1h};
};

TEST_F(SettledJobsTest, ARunHasEndedOnceWhatItChangedWasLookedAt) {
  const auto id = started();
  held_.put(id, JobState::finished);
  EXPECT_EQ(state(id), JobState::running) << "before its end was told";
  EXPECT_TRUE(jobs_.ended(id));
  EXPECT_EQ(state(id), JobState::running);
  EXPECT_EQ(jobs_.list().front().finished_at_ms, 0);
  jobs_.settle(id);
  const auto job = jobs_.status(id).value();
  EXPECT_EQ(job.state, JobState::finished);
  EXPECT_EQ(job.exit_code, 2);
  EXPECT_EQ(job.finished_at_ms, 9);
}

TEST_F(SettledJobsTest, ALostRunIsLookedAtToo) {
  const auto id = started();
  held_.put(id, JobState::lost);
  EXPECT_EQ(state(id), JobState::running);
  jobs_.settle(id);
  EXPECT_EQ(state(id), JobState::lost);
}

TEST_F(SettledJobsTest, WhoWaitsWaitsForTheLook) {
  const auto id = started();
  held_.put(id, JobState::finished);
  EXPECT_TRUE(jobs_.ended(id));
  const auto early = jobs_.wait(id, Steady::now() + 10ms);
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().code, Errc::timeout);
  std::thread look([&] { jobs_.settle(id); });
  EXPECT_EQ(jobs_.wait(id, Steady::now() + 20s)->state, JobState::finished);
  look.join();
}

TEST_F(SettledJobsTest, JobsOfOtherKindsAreAsTheyAre) {
  const auto id = jobs_.start(spec("shell", "s")).value().id;
  held_.put(id, JobState::finished);
  EXPECT_FALSE(jobs_.ended(id));
  EXPECT_EQ(state(id), JobState::finished);
  EXPECT_EQ(jobs_.output(id, 0, 10).value(), "said");
}

TEST_F(SettledJobsTest, ARunThatEndedBeforeOurTimeHasEnded) {
  held_.put("old", JobState::finished);
  EXPECT_EQ(state("old"), JobState::finished);
  EXPECT_EQ(jobs_.start(spec("puppet", "old"))->state, JobState::finished) << "by its key";
}

TEST_F(SettledJobsTest, ARunThatWasTakenUpCounts) {
  held_.put("old", JobState::running);
  SettledJobs later(held_, "puppet", 1h);
  held_.put("old", JobState::finished);
  EXPECT_EQ(later.status("old")->state, JobState::running);
  EXPECT_TRUE(later.ended("old"));
}

TEST_F(SettledJobsTest, ALookThatDoesNotEndHoldsARunUpForALimitedTime) {
  SettledJobs hasty(held_, "puppet", 1ms);
  const auto id = hasty.start(spec("puppet"))->id;
  held_.put(id, JobState::finished);
  EXPECT_TRUE(hasty.ended(id));
  EXPECT_EQ(hasty.wait(id, Steady::now() + 20s)->state, JobState::finished);
}

}  // namespace
}  // namespace muster::jobs
