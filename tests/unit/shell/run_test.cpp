#include <gmock/gmock.h>
#include <pwd.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/shell/calling.hpp"

namespace muster::plugins::shell {
namespace {

using testing::HasSubstr;
using RunTest = CommandTest;

bool has_ended(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  return !std::getline(stat, line) || line.find(") Z ") != std::string::npos;
}

TEST_F(RunTest, WhatItWroteAndHowItEndedIsTold) {
  const auto reply = run("echo out; echo err >&2");
  EXPECT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data, (Value{{"stdout", "out\n"},
                               {"stderr", "err\n"},
                               {"exitcode", 0},
                               {"success", true},
                               {"left_out_bytes", 0}}));
}

TEST_F(RunTest, AnExitCodeIsAFailureWithAllThatWasWritten) {
  const auto reply = run("echo half; echo 'no such thing' >&2; exit 3");
  EXPECT_EQ(reply.status, 1);
  EXPECT_EQ(reply.message, "exit code 3: 'no such thing'");
  EXPECT_EQ(reply.data["exitcode"], 3);
  EXPECT_EQ(reply.data["success"], false);
  EXPECT_EQ(reply.data["stdout"], "half\n");
  const auto killed = run("kill -9 $$");
  EXPECT_EQ(killed.message, "ended by signal 9");
  EXPECT_EQ(killed.data["exitcode"], 137);
}

TEST_F(RunTest, ExecHasNoShellInBetween) {
  const auto reply = call(exec_, "run", {{"argv", {"printf", "%s|", "a b", "$HOME", "*"}}});
  EXPECT_EQ(reply.data["stdout"], "a b|$HOME|*|");
  EXPECT_EQ(call(exec_, "run", {{"argv", Value::array()}}).status, 4);
  EXPECT_EQ(call(exec_, "run", {{"argv", {1}}}).status, 4);
  const auto none = call(exec_, "run", {{"argv", {"no-such-program"}}});
  EXPECT_NE(none.status, 0);
  EXPECT_THAT(none.message, HasSubstr("there is no program 'no-such-program'"));
}

TEST_F(RunTest, FolderAndEnvironmentAreTheCallers) {
  const auto folder = node_.folder / "here";
  std::filesystem::create_directory(folder);
  const auto reply = shell("run", {{"command", "pwd; echo $A-$LC_ALL; cat"},
                                   {"cwd", folder.string()},
                                   {"environment", {{"A", "b c"}}}});
  EXPECT_EQ(reply.data["stdout"], folder.string() + "\nb c-C.UTF-8\n");
  EXPECT_EQ(run("pwd").data["stdout"], "/\n");
  const auto none = shell("run", {{"command", "pwd"}, {"cwd", "/no/such"}});
  EXPECT_THAT(none.message, HasSubstr("there is no folder '/no/such'"));
  for (const Value& wrong : {Value{{"A=B", "x"}}, Value{{"1", "x"}}, Value{{"A", Value::array()}}})
    EXPECT_EQ(shell("run", {{"command", "pwd"}, {"environment", wrong}}).status, 4) << wrong;
}

TEST_F(RunTest, AnotherUserIsAnotherUserOrRefused) {
  const auto reply =
      shell("run", {{"command", "id -un; id -Gn; echo $HOME $USER"}, {"user", "nobody"}});
  if (::geteuid() == 0)
    EXPECT_EQ(reply.data["stdout"], "nobody\nnogroup\n/nonexistent nobody\n") << reply.message;
  else
    EXPECT_THAT(reply.message, HasSubstr("only root can become somebody else"));
  const auto self = std::string(::getpwuid(::geteuid())->pw_name);
  EXPECT_EQ(shell("run", {{"command", "id -un"}, {"user", self}}).data["stdout"], self + "\n");
  EXPECT_THAT(shell("run", {{"command", "id"}, {"user", "no-such-user"}}).message,
              HasSubstr("there is no user 'no-such-user'"));
}

TEST_F(RunTest, AnotherUserHasAnEnvironmentOfItsOwnThatNothingOfRootsSees) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  const Value variables{
      {"LD_PRELOAD", "/no/such/library.so"}, {"A", "b 'c\" $x"}, {"PATH", "/bin"}};
  const auto reply = shell("run", {{"command", "echo $A; echo $PATH; echo $LD_PRELOAD; env"},
                                   {"user", "nobody"},
                                   {"environment", variables}});
  const auto out = reply.data["stdout"].get<std::string>();
  EXPECT_THAT(out, testing::StartsWith("b 'c\" $x\n/bin\n/no/such/library.so\n"));
  EXPECT_THAT(out, testing::Not(HasSubstr("MUSTER_VARIABLE_")));
  // The loader complains in each program that starts with it: in ours, not in setpriv before it.
  const auto loud =
      shell("run", {{"command", ":"}, {"user", "nobody"}, {"environment", variables}});
  const auto said = loud.data["stderr"].get<std::string>();
  const auto complaint = said.find("cannot be preloaded");
  ASSERT_NE(complaint, std::string::npos) << said;
  EXPECT_EQ(said.find("cannot be preloaded", complaint + 1), std::string::npos) << said;
  const auto clean = shell("run", {{"command", "echo $HOME:$PATH"}, {"user", "nobody"}});
  EXPECT_EQ(clean.data["stdout"], "/nonexistent:/usr/local/bin:/usr/bin:/bin\n");
}

TEST_F(RunTest, AtItsTimeoutAllOfItIsKilledAndWhatItWroteIsThere) {
  const auto pid_file = (node_.folder / "pid").string();
  const auto reply = shell(
      "run",
      {{"command", "echo begun; sh -c 'echo $$ > " + pid_file + "; sleep 60'"}, {"timeout", 1}});
  EXPECT_EQ(reply.status, 1);
  EXPECT_THAT(reply.message, HasSubstr("did not end within 1000 ms and was killed"));
  EXPECT_EQ(reply.data["stdout"], "begun\n");
  EXPECT_EQ(reply.data["success"], false);
  pid_t grandchild = 0;
  std::ifstream(pid_file) >> grandchild;
  ASSERT_GT(grandchild, 0);
  EXPECT_TRUE(fakes::wait_until([&] { return has_ended(grandchild); }));
}

TEST_F(RunTest, AtItsTimeoutWhatHasASessionOfItsOwnIsKilledToo) {
  const auto reply =
      shell("run", {{"command", "setsid sh -c 'echo $$; sleep 60' & wait"}, {"timeout", 1}});
  EXPECT_EQ(reply.status, 1);
  const auto daemon = std::atoi(reply.data["stdout"].get<std::string>().c_str());
  ASSERT_GT(daemon, 0) << reply.data;
  EXPECT_TRUE(fakes::wait_until([&] { return has_ended(daemon); }));
}

TEST_F(RunTest, TheCallersPatienceIsALimitToo) {
  const auto start = std::chrono::steady_clock::now();
  const auto reply =
      shell("run", {{"command", "sleep 60"}, {"timeout", 50}}, std::chrono::milliseconds(1500));
  EXPECT_EQ(reply.status, 1);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST_F(RunTest, OutputWithoutEndIsLeftOutAndCounted) {
  const auto reply = run("head -c 3000000 /dev/zero | tr '\\0' x");
  EXPECT_EQ(reply.status, 0);
  EXPECT_EQ(reply.data["stdout"].get<std::string>().size(), kRunOutputMaxBytes);
  EXPECT_EQ(reply.data["left_out_bytes"], 3'000'000 - kRunOutputMaxBytes);
}

TEST_F(RunTest, BytesThatAreNoTextAreReplacedAndWhatDoesNotFitAnyMoreIsCounted) {
  EXPECT_EQ(run("printf 'a\\377b'").data["stdout"],
            "a\xEF\xBF\xBD"
            "b");
  const auto reply = run("head -c 200000 /dev/zero | tr '\\0' '\\377'");
  EXPECT_EQ(reply.data["left_out_bytes"], 200'000 - kRunOutputMaxBytes / 3);
}

TEST_F(RunTest, WhatItLeavesInTheBackgroundHoldsNothingUp) {
  const auto start = std::chrono::steady_clock::now();
  const auto reply = run("sleep 5 & echo $!");
  EXPECT_EQ(reply.status, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(4));
  ::kill(std::stoi(reply.data["stdout"].get<std::string>()), SIGKILL);
}

}  // namespace
}  // namespace muster::plugins::shell
