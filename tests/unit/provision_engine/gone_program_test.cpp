#include "orchestrator/provision/live/gone_program.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"

namespace muster::provision {
namespace {

namespace fs = std::filesystem;

class GoneProgramTest : public testing::Test {
 protected:
  fs::path program(const std::string& script) {
    folder_.write("program",
                  "#!/bin/sh\ncat > '" + (folder_ / "asked.json").string() + "'\n" + script + "\n");
    fs::permissions(folder_ / "program", fs::perms::owner_all);
    return folder_ / "program";
  }
  Result<GoneWord> ask(const std::string& script) {
    return GoneProgram(program(script)).ask({{"name", "web-1"}});
  }

  fakes::TempFolder folder_;
};

TEST_F(GoneProgramTest, ItGetsTheQuestionAndItsWordIsRead) {
  const auto word = ask("echo '{\"gone\": true, \"reason\": \"terminated\"}'");
  ASSERT_TRUE(word) << word.error().message;
  EXPECT_TRUE(word->gone);
  EXPECT_EQ(word->reason, "terminated");
  EXPECT_EQ(Value::parse(folder_.read("asked.json")).at("name"), "web-1");
}

TEST_F(GoneProgramTest, WhatIsNoWordIsAnError) {
  EXPECT_EQ(ask("echo '{\"gone\": true}'; exit 1").error().code, Errc::aborted);
  EXPECT_EQ(ask("echo yes").error().code, Errc::invalid_data);
  EXPECT_EQ(ask(":").error().code, Errc::invalid_data);
}

TEST_F(GoneProgramTest, AProgramThatOthersMayWriteIsNotRun) {
  const GoneProgram gone(program("echo '{\"gone\": true}'"));
  fs::permissions(folder_ / "program", fs::perms::all);
  EXPECT_FALSE(gone.ask({{"name", "web-1"}}));
  EXPECT_FALSE(fs::exists(folder_ / "asked.json"));
}

TEST_F(GoneProgramTest, AStopEndsTheCallThatRuns) {
  GoneProgram gone(program("sleep 1000"));
  const auto before = std::chrono::steady_clock::now();
  std::thread asker([&] { EXPECT_FALSE(gone.ask({{"name", "web-1"}})); });
  EXPECT_TRUE(fakes::wait_until([&] { return fs::exists(folder_ / "asked.json"); }));
  gone.stop();
  asker.join();
  EXPECT_LT(std::chrono::steady_clock::now() - before, kGonePatience / 2);
}

}  // namespace
}  // namespace muster::provision
