// The real /proc, and children of the test's own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "plugins/agents/process/process_agent.hpp"
#include "plugins/agents/process/process_table.hpp"
#include "plugins/agents/process/signals.hpp"
#include "proto/base/encoding.hpp"
#include "proto/ddl/texts.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/node/test_node.hpp"

namespace muster::plugins::process {
namespace {

using testing::HasSubstr;

class ProcessTest : public testing::Test {
 protected:
  void TearDown() override {
    for (const auto pid : children_) {
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
    }
  }
  // A process that waits for ever and calls itself `mark_`.
  pid_t sleeper() {
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::execlp("bash", "bash", "-c", "exec -a \"$0\" sleep 9999", mark_.c_str(), nullptr);
      ::_exit(127);
    }
    children_.push_back(pid);
    EXPECT_TRUE(fakes::wait_until([&] {
      const auto seen = find_process(pid);
      return seen && seen->command == mark_ + " 9999";
    }));
    return pid;
  }
  ActionReply call(const std::string& action, const Value& inputs = Value::object()) {
    const auto checked = ddl::check_inputs(agent_.ddl(), action, inputs);
    if (!checked) return ActionReply::failed(checked.error());
    return agent_.handle(test::request_of(action, *checked));
  }
  static bool zombie(pid_t pid) {
    const auto seen = find_process(pid);
    return !seen || seen->state == 'Z';
  }

  const std::string mark_ = base::random_id();  // two runs at once do not meet
  std::vector<pid_t> children_;
  base::SystemClock clock_;
  test::TestNode node_{"web1", clock_};
  ProcessAgent agent_{ddl::built_in("process").value(), node_};
};

TEST_F(ProcessTest, AProcessIsDescribedInFull) {
  const auto self = find_process(::getpid());
  ASSERT_TRUE(self);
  EXPECT_EQ(self->ppid, ::getppid());
  EXPECT_EQ(self->uid, ::getuid());
  EXPECT_THAT(self->command, HasSubstr(std::filesystem::read_symlink("/proc/self/exe").filename()));
  EXPECT_GT(self->rss_bytes, 0);
  EXPECT_GE(self->vsize_bytes, self->rss_bytes);
  EXPECT_LE(std::abs(self->started_at_s - std::time(nullptr)), 3600);
}

TEST_F(ProcessTest, ListFindsByPatternAndUser) {
  const auto pid = sleeper();
  auto reply = call("list", {{"pattern", "^" + mark_ + " 9+$"}, {"command_lines", true}});
  ASSERT_EQ(reply.data["count"], 1) << reply.data;
  const auto& row = reply.data["pslist"][0];
  EXPECT_EQ(row["pid"], pid);
  EXPECT_EQ(row["ppid"], ::getpid());
  EXPECT_THAT(row["cmdline"].get<std::string>(), testing::StartsWith(mark_));
  const auto user = row["username"].get<std::string>();
  EXPECT_EQ(
      call("list", {{"pattern", mark_}, {"user", user}, {"command_lines", true}}).data["count"], 1);
  EXPECT_EQ(call("list", {{"pattern", mark_}, {"user", "no-such-user"}}).data["count"], 0);
  EXPECT_EQ(call("list", {{"pattern", mark_ + "$"}, {"command_lines", true}}).data["count"], 0);
  EXPECT_GT(call("list").data["count"], 1);
  reply = call("list", {{"pattern", "("}});
  EXPECT_EQ(reply.status, 4);
  EXPECT_THAT(reply.message, HasSubstr("the pattern '(' is no regular expression"));
}

TEST_F(ProcessTest, WithoutCommandLinesTheyAreNeitherToldNorSearched) {
  const auto pid = sleeper();
  EXPECT_EQ(call("list", {{"pattern", mark_}}).data["count"], 0) << "a search tells as much";
  const auto rows = call("list").data["pslist"];
  bool found = false;
  for (const auto& row : rows) {
    EXPECT_EQ(row["cmdline"], "[" + row["name"].get<std::string>() + "]");
    found = found || row["pid"] == pid;
  }
  EXPECT_TRUE(found);
}

TEST_F(ProcessTest, AListIsNoLongerThanAReplyHasRoomFor) {
  Process one;
  one.command = std::string(kCommandMaxBytes, 'x');
  const auto by_bytes = listed(std::vector<Process>(kListedMax, one));
  EXPECT_LE(by_bytes["pslist"].dump().size(), kListedMaxBytes + kListedMax);
  EXPECT_GT(by_bytes["pslist"].size(), 400U);
  EXPECT_EQ(by_bytes["count"], kListedMax);
  EXPECT_EQ(by_bytes["left_out"], kListedMax - by_bytes["pslist"].size());
  const auto by_rows = listed(std::vector<Process>(kListedMax + 1));
  EXPECT_EQ(by_rows["pslist"].size(), kListedMax);
  EXPECT_EQ(by_rows["left_out"], 1);
}

TEST_F(ProcessTest, ZombiesAreFound) {
  const auto pid = sleeper();
  ::kill(pid, SIGKILL);
  ASSERT_TRUE(fakes::wait_until([&] { return zombie(pid); }));
  const auto zombies = call("list", {{"just_zombies", true}}).data["pslist"];
  bool found = false;
  for (const auto& row : zombies) {
    EXPECT_EQ(row["state"], "Z");
    found = found || row["pid"] == pid;
  }
  EXPECT_TRUE(found);
}

TEST_F(ProcessTest, KillSendsTheSignalThatWasAskedFor) {
  const auto pid = sleeper();
  EXPECT_EQ(call("kill", {{"pid", pid}, {"signal", "STOP"}}).data["killed"], 1);
  ASSERT_TRUE(fakes::wait_until([&] { return find_process(pid)->state == 'T'; }));
  EXPECT_EQ(call("kill", {{"pid", pid}, {"signal", "KILL"}}).data["pids"], Value::array({pid}));
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
  children_.clear();
}

TEST_F(ProcessTest, WhatMustNotBeKilledIsNot) {
  EXPECT_THAT(call("kill", {{"pid", 1}}).message, HasSubstr("it is init"));
  EXPECT_THAT(call("kill", {{"pid", ::getpid()}}).message, HasSubstr("this agent itself"));
  for (const std::int64_t pid : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1} << 40})
    EXPECT_THAT(call("kill", {{"pid", pid}}).message, HasSubstr("there is no process"));
  EXPECT_EQ(call("kill", {{"pid", ::getpid()}, {"signal", "SEGV"}}).status, 4);
}

TEST_F(ProcessTest, PkillSignalsAllThatMatchAndNobodyElse) {
  const auto first = sleeper();
  const auto second = sleeper();
  const auto reply = call("pkill", {{"pattern", mark_}, {"signal", "TERM"}});
  EXPECT_EQ(reply.data["killed"], 2) << reply.message;
  EXPECT_TRUE(fakes::wait_until([&] { return zombie(first) && zombie(second); }));
  EXPECT_EQ(call("pkill", Value::object()).status, 3) << "without a pattern it would be all";
}

TEST_F(ProcessTest, WhoRefusesASignalDoesNotSaveTheOthers) {
  const auto first = sleeper();
  const auto second = sleeper();
  auto ended = *find_process(second);
  ++ended.start_ticks;  // another process had this number
  const auto init = find_process(1);
  ASSERT_TRUE(init);
  const auto done =
      signal_all({*find_process(first), *init, ended, *find_process(second)}, SIGTERM);
  EXPECT_THAT(done.pids, testing::ElementsAre(first, second));
  ASSERT_EQ(done.failed.size(), 1U);
  EXPECT_EQ(done.failed[0].first, 1);
  EXPECT_THAT(done.failed[0].second.message, HasSubstr("it is init"));
  EXPECT_TRUE(fakes::wait_until([&] { return zombie(first) && zombie(second); }));
}

// No descriptor left: the kernel cannot hand us the process, which has not ended for that.
TEST_F(ProcessTest, WhatCannotBeSignalledHasNotEndedForThat) {
  const auto process = find_process(sleeper());
  ASSERT_TRUE(process);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{0, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const auto sent = send_signal(*process, SIGTERM);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, Errc::io);
  EXPECT_THAT(sent.error().message, HasSubstr("Too many open files"));
  EXPECT_NE(find_process(process->pid)->state, 'Z');
}

TEST_F(ProcessTest, OneThatHasEndedIsNotFound) {
  const auto process = find_process(sleeper());
  ASSERT_TRUE(process);
  ::kill(process->pid, SIGKILL);
  ::waitpid(process->pid, nullptr, 0);
  children_.clear();
  const auto sent = send_signal(*process, SIGTERM);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, Errc::not_found);
}

TEST_F(ProcessTest, ANameWithParenthesesIsNoTrap) {
  const auto pid = ::fork();
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::prctl(PR_SET_NAME, "a) Z 1 (b");
    ::pause();
  }
  children_.push_back(pid);
  ASSERT_TRUE(fakes::wait_until([&] { return find_process(pid)->name == "a) Z 1 (b"; }));
  EXPECT_NE(find_process(pid)->state, 'Z');
  EXPECT_EQ(find_process(pid)->ppid, ::getpid());
}

}  // namespace
}  // namespace muster::plugins::process
