#include "orchestrator/provision/live/programs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <functional>

#include "proto/loop/real/loop_thread.hpp"
#include "proto/loop/real/thread_pool.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"

namespace muster::provision {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class SiteProgramsTest : public testing::Test {
 protected:
  SiteProgramsTest() { thread_.start("provisioner"); }
  ~SiteProgramsTest() override {
    on_loop([this] { task_ = {}; });
    thread_.stop();
  }
  Program program(const std::string& script,
                  std::chrono::milliseconds timeout = std::chrono::seconds(30)) {
    folder_.write("program", "#!/bin/sh\n" + script + "\n");
    fs::permissions(folder_ / "program", fs::perms::owner_all);
    return {{(folder_ / "program").string(), "one", "t w o"}, "{\"input\": 1}\n", timeout};
  }
  void on_loop(std::function<void()> work) {
    std::atomic<bool> done{false};
    EXPECT_TRUE(thread_.loop().post([&] {
      work();
      done = true;
    }));
    EXPECT_TRUE(fakes::wait_until([&] { return done.load(); }));
  }
  void begin(Program program) {
    on_loop([&] {
      task_ = programs_.run(std::move(program));
      task_.start([this] { ended_ = true; });
    });
  }
  Result<std::string> ended() {
    EXPECT_TRUE(fakes::wait_until([&] { return ended_.load(); }));
    Result<std::string> said = std::string();
    on_loop([&] { said = task_.take(); });
    return said;
  }
  Result<std::string> run(const std::string& script) {
    ended_ = false;
    begin(program(script));
    return ended();
  }
  bool begun() const { return fs::exists(folder_ / "begun"); }
  std::string long_script() const {
    return "echo $$ > '" + (folder_ / "begun").string() + "'; exec sleep 1000";
  }
  bool lives() const {
    const auto pid = begun() ? folder_.read("begun") : "";
    return !pid.empty() && fs::exists("/proc/" + pid.substr(0, pid.find('\n')));
  }

  fakes::TempFolder folder_;
  base::SystemClock clock_;
  loop::LoopThread thread_{clock_};
  loop::Waits waits_{thread_.loop()};
  loop::ThreadPool threads_{thread_.loop(), "program", 1, 10};
  Programs programs_{threads_, waits_};
  loop::Task<Result<std::string>> task_;
  std::atomic<bool> ended_{false};
};

TEST_F(SiteProgramsTest, ItGetsItsArgumentsAndInputAndGivesWhatItPrints) {
  const auto printed = run("cat; echo \"$2\"");
  ASSERT_TRUE(printed) << printed.error().message;
  EXPECT_EQ(*printed, "{\"input\": 1}\nt w o\n");
}

TEST_F(SiteProgramsTest, NothingOfOurEnvironmentGoesAlong) {
  ::setenv("MUSTER_SECRET", "x", 1);
  const auto printed = run("env; pwd");
  ::unsetenv("MUSTER_SECRET");
  ASSERT_TRUE(printed);
  EXPECT_THAT(*printed, testing::Not(HasSubstr("MUSTER_SECRET")));
  EXPECT_THAT(*printed, testing::EndsWith("\n/\n"));
}

TEST_F(SiteProgramsTest, AnExitCodeIsAFailureWithTheEndOfWhatItSaid) {
  const auto said = run("echo progress; echo 'no such zone' >&2; exit 3");
  EXPECT_EQ(said.error().code, Errc::aborted);
  EXPECT_THAT(said.error().message, HasSubstr("program ended with 3: no such zone"));
}

TEST_F(SiteProgramsTest, WhatPrintsTooMuchFails) {
  EXPECT_EQ(run("head -c 100000 /dev/zero").error().code, Errc::limit);
  EXPECT_EQ(run("cat /dev/zero").error().code, Errc::limit);
}

TEST_F(SiteProgramsTest, OneThatOthersMayWriteIsNotRun) {
  auto open = program("touch '" + (folder_ / "begun").string() + "'");
  fs::permissions(folder_ / "program", fs::perms::all);
  begin(std::move(open));
  EXPECT_EQ(ended().error().code, Errc::refused);
  EXPECT_FALSE(begun());
}

TEST_F(SiteProgramsTest, OneThatIsNotThereIsNamed) {
  begin({{"/no/such/program"}, "", std::chrono::seconds(30)});
  EXPECT_THAT(ended().error().message, HasSubstr("/no/such/program"));
}

TEST_F(SiteProgramsTest, ItIsKilledWhenItsTimeIsOver) {
  begin(program(long_script(), std::chrono::milliseconds(300)));
  EXPECT_EQ(ended().error().code, Errc::timeout);
  EXPECT_TRUE(fakes::wait_until([&] { return !lives(); }));
}

TEST_F(SiteProgramsTest, ItIsKilledWhenNobodyWaitsForItAnyMore) {
  begin(program(long_script()));
  ASSERT_TRUE(fakes::wait_until([&] { return lives(); }));
  on_loop([this] { task_ = {}; });
  EXPECT_TRUE(fakes::wait_until([&] { return !lives(); }));
}

TEST_F(SiteProgramsTest, AStopKillsItAndIsNobodysFault) {
  begin(program(long_script()));
  ASSERT_TRUE(fakes::wait_until([&] { return lives(); }));
  on_loop([this] { waits_.stop(); });
  EXPECT_EQ(ended().error().code, Errc::unavailable);
  EXPECT_TRUE(fakes::wait_until([&] { return !lives(); }));
}

TEST_F(SiteProgramsTest, WhatGetsNoTurnInItsTimeIsNotBegun) {
  begin(program(long_script()));
  ASSERT_TRUE(fakes::wait_until([&] { return lives(); }));
  std::atomic<bool> over{false};
  loop::Task<Result<std::string>> second;
  const auto its_time = clock_.steady() + std::chrono::milliseconds(1);
  on_loop([&] {
    second = programs_.run({{"/bin/true"}, "", std::chrono::milliseconds(1)});
    second.start([&] { over = true; });
  });
  ASSERT_TRUE(fakes::wait_until([&] { return clock_.steady() > its_time; }));
  on_loop([&] { task_ = {}; });  // makes room
  ASSERT_TRUE(fakes::wait_until([&] { return over.load(); }));
  on_loop([&] {
    EXPECT_EQ(second.take().error().code, Errc::timeout);
    second = {};
  });
}

}  // namespace
}  // namespace muster::provision
