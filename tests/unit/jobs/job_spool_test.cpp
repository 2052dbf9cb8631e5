#include "node-agent/jobs/job_spool.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <thread>

#include "node-agent/jobs/output_file.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/files.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/unit/jobs/ended_child.hpp"

namespace muster::jobs {
namespace {

using plugins::JobState;
using plugins::JobStatus;
using Steady = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{20};

class JobSpoolTest : public testing::Test {
 protected:
  void TearDown() override {
    for (const auto& job : spool().list()) {
      static_cast<void>(spool().kill(job.id));
      static_cast<void>(spool().wait(job.id, Steady::now() + kPatience));
    }
  }

  JobSpool& spool() {
    if (!spool_) {
      auto opened = JobSpool::open({folder_ / "jobs",
                                    {JOB_HELPER, "--job-supervisor"},
                                    limits_,
                                    [this](const std::string& id) { note(id); }},
                                   clock_);
      if (!opened) throw std::runtime_error(opened.error().message);
      spool_ = std::move(*opened);
    }
    return *spool_;
  }
  void restart_agent() { spool_.reset(); }

  static plugins::JobSpec shell(const std::string& script) {
    plugins::JobSpec spec;
    spec.kind = "test";
    spec.argv = {"sh", "-c", script};
    return spec;
  }
  JobStatus start(const plugins::JobSpec& spec) {
    auto job = spool().start(spec);
    if (!job) throw std::runtime_error(job.error().message);
    return *job;
  }
  JobStatus finish(const std::string& id) {
    auto job = spool().wait(id, Steady::now() + kPatience);
    if (!job) throw std::runtime_error(job.error().message);
    return *job;
  }
  JobStatus run(const std::string& script) { return finish(start(shell(script)).id); }
  std::string output(const std::string& id) {
    return spool().output(id, 0, kOutputChunkMaxBytes).value();
  }
  // Waits for a file that a job makes.
  bool appears(const std::string& name) const {
    const auto deadline = Steady::now() + kPatience;
    while (!std::filesystem::exists(folder_ / name)) {
      if (Steady::now() > deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
  }
  bool told_of(const std::string& id) {
    std::unique_lock lock(mutex_);
    return told_changed_.wait_for(lock, kPatience, [&] { return told_.contains(id); });
  }

  fakes::TempFolder folder_;
  base::SystemClock clock_;
  SpoolLimits limits_;

 private:
  void note(const std::string& id) {
    const std::lock_guard lock(mutex_);
    told_.insert(id);
    told_changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable told_changed_;
  std::set<std::string> told_;
  std::unique_ptr<JobSpool> spool_;
};

TEST_F(JobSpoolTest, KeepsExitCodeAndBothOutputs) {
  const auto job = run("echo out; echo err >&2; exit 6");
  EXPECT_EQ(job.state, JobState::finished);
  EXPECT_EQ(job.exit_code, 6);
  EXPECT_EQ(job.kind, "test");
  EXPECT_EQ(output(job.id), "out\nerr\n");
  EXPECT_EQ(job.output_bytes, 8u);
  EXPECT_GE(job.finished_at_ms, job.started_at_ms);
}

TEST_F(JobSpoolTest, GivesOutputFromAnOffset) {
  const auto job = run("printf 0123456789");
  EXPECT_EQ(spool().output(job.id, 3, 4).value(), "3456");
  EXPECT_EQ(spool().output(job.id, 10, 4).value(), "");
}

TEST_F(JobSpoolTest, TellsThatAJobHasFinished) {
  const auto job = start(shell("exit 0"));
  EXPECT_TRUE(told_of(job.id));
  EXPECT_EQ(spool().status(job.id).value().state, JobState::finished);
}

TEST_F(JobSpoolTest, AMissingProgramIsAnErrorThatNamesIt) {
  plugins::JobSpec spec;
  spec.argv = {"no-such-program-anywhere"};
  const auto job = spool().start(spec);
  ASSERT_FALSE(job);
  EXPECT_NE(job.error().message.find("no-such-program-anywhere"), std::string::npos);
  EXPECT_TRUE(spool().list().empty());
}

TEST_F(JobSpoolTest, ASignalThatEndsTheJobIsItsExitCode) {
  EXPECT_EQ(run("kill -SEGV $$").exit_code, 128 + SIGSEGV);
}

TEST_F(JobSpoolTest, StartingAKnownKeyGivesThatJob) {
  auto spec = shell("echo x >> " + (folder_ / "count").string());
  spec.key = "once";
  const auto first = start(spec);
  finish(first.id);
  restart_agent();
  EXPECT_EQ(start(spec).id, first.id);
  EXPECT_EQ(base::read_file(folder_ / "count").value(), "x\n");
}

TEST_F(JobSpoolTest, EnvironmentIsMinimalAndGivenOnesAreAdded) {
  ::setenv("MUSTER_TEST_SECRET", "leaked", 1);
  auto spec = shell("echo $MUSTER_TEST_SECRET:$GIVEN:$LC_ALL");
  spec.environment["GIVEN"] = "yes";
  const auto job = finish(start(spec).id);
  EXPECT_EQ(output(job.id), ":yes:C.UTF-8\n");
}

TEST_F(JobSpoolTest, TheTimeoutKillsTheWholeProcessGroup) {
  auto spec = shell("trap '' TERM; (sleep 600 & echo $! > " + (folder_ / "grandchild").string() +
                    "); echo begun; while :; do sleep 0.05; done");
  spec.timeout = std::chrono::seconds(1);
  const auto job = finish(start(spec).id);
  EXPECT_EQ(job.state, JobState::finished);
  EXPECT_EQ(job.exit_code, kTimeoutExitCode);
  EXPECT_EQ(output(job.id), "begun\n");
  const auto grandchild = std::stoi(base::read_file(folder_ / "grandchild").value());
  const auto deadline = Steady::now() + kPatience;
  while (identify(grandchild) && Steady::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_FALSE(identify(grandchild));
}

TEST_F(JobSpoolTest, KillEndsARunningJob) {
  const auto job = start(shell("exec sleep 600"));
  ASSERT_TRUE(spool().kill(job.id));
  EXPECT_EQ(finish(job.id).exit_code, 128 + SIGTERM);
}

TEST_F(JobSpoolTest, ADaemonLeftBehindDoesNotHoldTheJobOpen) {
  const auto before = Steady::now();
  const auto job = run("setsid sleep 30 & echo $!; exit 2");
  EXPECT_EQ(job.exit_code, 2);
  EXPECT_LT(Steady::now() - before, std::chrono::seconds(15));
  const auto daemon = output(job.id);
  EXPECT_EQ(::kill(std::stoi(daemon), SIGKILL), 0) << "the daemon must have been left alone";
}

TEST_F(JobSpoolTest, ALongOutputIsCutAndKeepsItsEnd) {
  const auto job = run("head -c 6000000 /dev/zero | tr '\\0' x; echo; echo the reason");
  EXPECT_EQ(job.exit_code, 0);
  EXPECT_LT(job.output_bytes, kOutputMaxBytes + 200);
  const auto tail = spool().output(job.id, job.output_bytes - 12, 100).value();
  EXPECT_EQ(tail, "\nthe reason\n");
}

TEST_F(JobSpoolTest, ARunningJobIsTakenUpAfterARestartAndItsEndIsTold) {
  const auto gate = (folder_ / "gate").string();
  const auto job =
      start(shell("echo one; while [ ! -e " + gate + " ]; do sleep 0.02; done; exit 4"));
  restart_agent();
  EXPECT_EQ(spool().status(job.id).value().state, JobState::running);
  ASSERT_TRUE(base::write_file(gate, ""));
  EXPECT_TRUE(told_of(job.id));
  EXPECT_EQ(spool().status(job.id).value().exit_code, 4);
}

TEST_F(JobSpoolTest, AJobThatEndedWhileNoAgentRanHasItsExitCode) {
  const auto job = start(shell("touch " + (folder_ / "done").string() + "; exit 2"));
  restart_agent();
  ASSERT_TRUE(appears("done"));
  EXPECT_EQ(finish(job.id).exit_code, 2);
}

TEST_F(JobSpoolTest, TheSupervisorOfAJobThatEndedDuringAReloadIsReaped) {
  const auto gate = (folder_ / "gate").string();
  const auto job = start(shell("while [ ! -e " + gate + " ]; do sleep 0.02; done"));
  const auto supervisor = JobFolder(folder_ / "jobs" / job.id).read_supervisor();
  ASSERT_TRUE(supervisor);
  restart_agent();
  ASSERT_TRUE(base::write_file(gate, ""));
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(supervisor->pid), &info, WEXITED | WNOWAIT), 0);
  EXPECT_EQ(spool().status(job.id).value().state, JobState::finished);
  EXPECT_TRUE(was_reaped(*supervisor));
}

TEST_F(JobSpoolTest, AJobSurvivesTheDeathOfTheAgentThatStartedIt) {
  const auto gate = (folder_ / "gate").string();
  const auto script = "while [ ! -e " + gate + " ]; do sleep 0.02; done; echo survived; exit 2";
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t agent = ::fork();
  if (agent == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    ::execl(JOB_HELPER, JOB_HELPER, "start", (folder_ / "jobs").c_str(), "sh", "-c", script.c_str(),
            nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  char line[64] = {};
  ASSERT_GT(::read(ends[0], line, sizeof line - 1), 0);
  ::close(ends[0]);
  const auto id = std::string(line).substr(0, 32);
  // A terminal's or a service manager's signal to the agent's whole group must not reach the job
  // either.
  ASSERT_EQ(::kill(agent, SIGKILL), 0);
  ::waitpid(agent, nullptr, 0);
  EXPECT_EQ(spool().status(id).value().state, JobState::running);
  ASSERT_TRUE(base::write_file(gate, ""));
  const auto job = finish(id);
  EXPECT_EQ(job.exit_code, 2);
  EXPECT_EQ(output(id), "survived\n");
}

TEST_F(JobSpoolTest, AJobWhoseSupervisorWasKilledIsLost) {
  const auto job = start(shell("exec sleep 600"));
  const auto supervisor = JobFolder(folder_ / "jobs" / job.id).read_supervisor();
  ASSERT_TRUE(supervisor);
  const pid_t child = [&] {
    const auto path = fmt::format("/proc/{0}/task/{0}/children", supervisor->pid);
    return std::stoi(base::read_file(path).value_or("0"));
  }();
  ASSERT_EQ(::kill(supervisor->pid, SIGKILL), 0);
  EXPECT_TRUE(told_of(job.id));
  EXPECT_EQ(spool().status(job.id).value().state, JobState::lost);
  if (child <= 0) return;
  EXPECT_TRUE(identify(child)) << "what runs is not ended with its supervisor";
  ::kill(child, SIGKILL);
}

TEST_F(JobSpoolTest, TooManyRunningJobsAreRefused) {
  limits_.running = 1;
  start(shell("exec sleep 600"));
  const auto second = spool().start(shell("exit 0"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::limit);
}

TEST_F(JobSpoolTest, AStartThatFailedTakesNoPlace) {
  limits_.running = 1;
  // A supervisor that never says who it is.
  const auto broken =
      JobSpool::open({folder_ / "broken", {"/bin/sh", "-c", "printf ok"}, limits_, {}}, clock_);
  ASSERT_TRUE(broken);
  for (int i = 0; i < 2; ++i) {
    const auto job = (*broken)->start(shell("exit 0"));
    ASSERT_FALSE(job);
    EXPECT_NE(job.error().code, Errc::limit) << job.error().message;
  }
}

TEST_F(JobSpoolTest, TheOldestFinishedJobsAreRemovedFirst) {
  limits_.kept = 2;
  const auto first = run("exit 0");
  const auto second = run("exit 0");
  const auto third = run("exit 0");
  const auto fourth = run("exit 0");  // starting it prunes what is then finished
  EXPECT_EQ(spool().status(first.id).error().code, Errc::not_found);
  EXPECT_TRUE(spool().status(second.id));
  EXPECT_TRUE(spool().status(third.id));
  EXPECT_TRUE(spool().status(fourth.id));
}

TEST_F(JobSpoolTest, TheSpoolStaysUnderItsBytes) {
  limits_.bytes = 100'000;
  const auto first = run("head -c 90000 /dev/zero");
  const auto second = run("head -c 90000 /dev/zero");
  run("exit 0");
  EXPECT_FALSE(spool().status(first.id));
  EXPECT_TRUE(spool().status(second.id));
}

TEST_F(JobSpoolTest, AnIdThatIsAPathFindsNothing) {
  EXPECT_EQ(spool().status("../../etc").error().code, Errc::not_found);
  EXPECT_EQ(spool().output("..", 0, 10).error().code, Errc::not_found);
}

TEST_F(JobSpoolTest, ADamagedJobIsRemovedAtStartAndTheOthersStay) {
  const auto good = run("exit 0");
  const auto bad = base::random_id();
  ASSERT_TRUE(base::write_file(folder_ / "jobs" / bad / "spec.json", "{\"kind\": 7"));
  restart_agent();
  const auto jobs = spool().list();
  ASSERT_EQ(jobs.size(), 1u);
  EXPECT_EQ(jobs[0].id, good.id);
}

TEST_F(JobSpoolTest, WaitingGivesUpAtItsDeadline) {
  const auto job = start(shell("exec sleep 600"));
  const auto status = spool().wait(job.id, Steady::now() + std::chrono::milliseconds(50));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Errc::timeout);
}

}  // namespace
}  // namespace muster::jobs
