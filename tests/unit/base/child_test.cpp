#include "proto/base/child.hpp"

#include <gmock/gmock.h>
#include <signal.h>

#include <charconv>
#include <thread>

#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"

namespace muster::base {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

ChildSpec shell(std::string script) {
  ChildSpec spec;
  spec.argv = {"sh", "-c", std::move(script)};
  return spec;
}

bool alive(const fakes::TempFolder& folder, const std::string& pid_file) {
  const auto text = folder.read(pid_file);
  pid_t pid = 0;
  std::from_chars(text.data(), text.data() + text.size(), pid);
  if (pid <= 0 || ::kill(pid, 0) != 0) return false;
  // A killed orphan may stay a zombie where nobody reaps, as in a container without an init.
  std::FILE* stat = std::fopen(("/proc/" + std::to_string(pid) + "/stat").c_str(), "r");
  if (stat == nullptr) return false;
  char state = '?';
  const int got = std::fscanf(stat, "%*d %*s %c", &state);
  std::fclose(stat);
  return got == 1 && state != 'Z';
}

TEST(ChildTest, OutputAndExitCodeComeBack) {
  const auto result = run_child(shell("echo out; echo err >&2; exit 7"));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->exit_code, 7);
  EXPECT_EQ(result->out, "out\n");
  EXPECT_EQ(result->err, "err\n");
  EXPECT_EQ(result->dropped_bytes, 0U);
}

TEST(ChildTest, SignalBecomes128PlusItsNumber) {
  const auto result = run_child(shell("kill -TERM $$"));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->exit_code, 128 + SIGTERM);
  EXPECT_EQ(result->signal, SIGTERM);
}

TEST(ChildTest, InputIsReadToItsEnd) {
  auto spec = shell("wc -c");
  spec.input = std::string(1'000'000, 'x');
  const auto result = run_child(spec);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_THAT(result->out, HasSubstr("1000000"));
}

TEST(ChildTest, InputThatNobodyReadsDoesNoHarm) {
  auto spec = shell("exec <&-; echo done");
  spec.input = std::string(1'000'000, 'x');
  const auto result = run_child(spec);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->out, "done\n");
}

TEST(ChildTest, WithoutInputStdinIsAtItsEnd) {
  const auto result = run_child(shell("cat; echo end"));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->out, "end\n");
}

TEST(ChildTest, LongLinesArriveWhole) {
  const auto result = run_child(shell("head -c 700000 /dev/zero | tr '\\0' x"));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->out, std::string(700'000, 'x'));
}

TEST(ChildTest, OutputBeyondTheLimitIsCountedAndTheChildGoesOn) {
  auto spec = shell("head -c 300000 /dev/zero; head -c 5 /dev/zero >&2; exit 3");
  spec.output_max_bytes = 1000;
  const auto result = run_child(spec);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->out.size(), 1000U);
  EXPECT_EQ(result->err.size(), 5U);
  EXPECT_EQ(result->dropped_bytes, 299'000U);
  EXPECT_EQ(result->exit_code, 3);
}

TEST(ChildTest, DeadlineKillsTheWholeGroup) {
  const fakes::TempFolder folder;
  auto spec =
      shell("sh -c 'echo $$ > inner; exec sleep 300' & echo $$ > outer; echo started; wait");
  spec.working_folder = folder.path();
  spec.timeout = 1500ms;
  const auto result = run_child(spec);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::timeout);
  EXPECT_THAT(result.error().message,
              AllOf(HasSubstr("'sh'"), HasSubstr("1500 ms"), HasSubstr("'started'")));
  EXPECT_FALSE(alive(folder, "outer"));
  EXPECT_TRUE(fakes::wait_until([&] { return !alive(folder, "inner"); }));
}

TEST(ChildTest, WhoLeftTheGroupDiesAtTheDeadlineByItsMark) {
  const fakes::TempFolder folder;
  auto spec = shell("setsid sh -c 'echo $$ > daemon; exec sleep 300' & sleep 300");
  spec.working_folder = folder.path();
  spec.environment = {{"CALL", folder.path().string()}};
  spec.mark = "CALL=" + folder.path().string();
  spec.timeout = 1500ms;
  const auto result = run_child(spec);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::timeout);
  EXPECT_NE(folder.read("daemon"), "") << "it had started";
  EXPECT_TRUE(fakes::wait_until([&] { return !alive(folder, "daemon"); }));
}

TEST(ChildTest, WhoPrintsWithoutEndIsKilledLongBeforeTheDeadline) {
  auto spec = shell("yes");
  spec.output_max_bytes = 1000;
  spec.output_deadly_bytes = 1'000'000;
  spec.timeout = 600s;
  ChildResult result;
  const auto status = run_child(spec, result);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Errc::limit);
  EXPECT_THAT(status.error().message, HasSubstr("printed more than 1000000 bytes and was killed"));
  EXPECT_EQ(result.out.size(), 1000U) << "what it said first is kept";
}

TEST(ChildTest, ChildThatIgnoresSignalsDiesAtTheDeadlineToo) {
  auto spec = shell("trap '' TERM INT HUP; while :; do sleep 1; done");
  spec.timeout = 300ms;
  const auto result = run_child(spec);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::timeout);
}

TEST(ChildTest, DescendantThatHoldsThePipeDoesNotKeepTheCallWaiting) {
  const fakes::TempFolder folder;
  auto spec = shell("sleep 300 & echo $! > background; echo early");
  spec.working_folder = folder.path();
  spec.timeout = 60s;
  const auto started = std::chrono::steady_clock::now();
  const auto result = run_child(spec);
  EXPECT_LT(std::chrono::steady_clock::now() - started, 30s);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->out, "early\n");
  EXPECT_TRUE(alive(folder, "background")) << "what a child leaves behind is its own business";
  const auto cleaned = run_child(shell("kill $(cat " + (folder / "background").string() + ")"));
  EXPECT_TRUE(cleaned);
}

TEST(ChildTest, DescendantThatNeverStopsWritingDoesNotKeepTheCallWaiting) {
  const fakes::TempFolder folder;
  auto spec = shell("yes & echo $! > background");
  spec.working_folder = folder.path();
  spec.timeout = 60s;
  const auto result = run_child(spec);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->exit_code, 0);
  EXPECT_TRUE(fakes::wait_until([&] { return !alive(folder, "background"); })) << "SIGPIPE ends it";
}

TEST(ChildTest, UnknownProgramIsNotFound) {
  ChildSpec spec;
  spec.argv = {"muster-no-such-program"};
  const auto result = run_child(spec);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::not_found);
  EXPECT_THAT(result.error().message, HasSubstr("muster-no-such-program"));
}

TEST(ChildTest, UnknownFolderIsNotFoundAndNamed) {
  auto spec = shell("true");
  spec.working_folder = "/no/such/folder";
  const auto result = run_child(spec);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::not_found);
  EXPECT_THAT(result.error().message, HasSubstr("/no/such/folder"));
}

TEST(ChildTest, FileThatIsNoProgramIsAnError) {
  const fakes::TempFolder folder;
  ChildSpec spec;
  spec.argv = {folder.write("plain", "hello\n", 0644).string()};
  const auto result = run_child(spec);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::io);
}

TEST(ChildTest, EmptyCommandIsAnError) {
  const auto result = run_child(ChildSpec{});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::invalid_data);
}

TEST(ChildTest, EnvironmentIsMinimalPlusWhatWasAsked) {
  ASSERT_EQ(::setenv("MUSTER_TEST_SECRET", "leaked", 1), 0);
  auto spec = shell("env");
  spec.environment = {{"COLOUR", "blue"}, {"HOME", "/elsewhere"}};
  const auto result = run_child(spec);
  ::unsetenv("MUSTER_TEST_SECRET");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_THAT(result->out, AllOf(HasSubstr("COLOUR=blue\n"), HasSubstr("HOME=/elsewhere\n"),
                                 HasSubstr("LC_ALL=C.UTF-8\n"), HasSubstr("PATH="),
                                 Not(HasSubstr("MUSTER_TEST_SECRET"))));
}

TEST(ChildTest, TheEnvironmentCanBeWhatWasAskedAlone) {
  ChildSpec spec;
  spec.argv = {"/usr/bin/env"};
  spec.environment = {{"COLOUR", "blue"}};
  spec.environment_alone = true;
  const auto result = run_child(spec);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->out, "COLOUR=blue\n");
}

TEST(ChildTest, DescriptorsOfTheParentAreNotInherited) {
  const fakes::TempFolder folder;
  std::FILE* open_file = std::fopen((folder / "open").c_str(), "w");  // without close-on-exec
  ASSERT_NE(open_file, nullptr);
  const auto result = run_child(shell("ls /proc/self/fd | wc -l"));
  std::fclose(open_file);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->out, "4\n") << "stdin, stdout, stderr and the folder that ls reads";
}

TEST(ChildTest, SignalMaskOfTheParentIsNotInherited) {
  std::thread([] {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
    const auto result = run_child(shell("grep SigBlk /proc/self/status"));
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_THAT(result->out, HasSubstr("0000000000000000"));
  }).join();
}

TEST(ChildTest, ManyThreadsMayRunChildrenAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([i, &right] {
      for (int round = 0; round < 5; ++round) {
        const auto result =
            run_child(shell("echo " + std::to_string(i) + "; exit " + std::to_string(i)));
        if (result && result->exit_code == i && result->out == std::to_string(i) + "\n") ++right;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 40);
}

}  // namespace
}  // namespace muster::base
