#include "orchestrator/provision/live/instance_gone.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>

#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"

namespace muster::provision {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class InstanceGoneTest : public testing::Test {
 protected:
  fs::path program(const std::string& script) {
    folder_.write("program",
                  "#!/bin/sh\necho x >> '" + (folder_ / "calls").string() + "'\n" + script);
    fs::permissions(folder_ / "program", fs::perms::owner_all);
    return folder_ / "program";
  }
  // 1: gone, 0: not; -1: no answer.
  int ask(InstanceGone& gone, const Value& question = {{"name", "web-1"}}) {
    std::atomic<int> said{-1};
    gone.ask("web-1", question, [&](bool is) { said = is ? 1 : 0; });
    EXPECT_TRUE(fakes::wait_until([&] { return said != -1; }));
    return said;
  }
  int ask(const std::string& script) {
    InstanceGone gone(program(script));
    return ask(gone);
  }
  std::size_t calls() const { return folder_.read("calls").size() / 2; }

  fakes::TempFolder folder_;
};

TEST_F(InstanceGoneTest, OnlyAClearYesIsOne) {
  EXPECT_EQ(ask("echo '{\"gone\": true, \"reason\": \"terminated\"}'"), 1);
  EXPECT_EQ(ask("echo '{\"gone\": false}'"), 0);
  EXPECT_EQ(ask("echo '{\"gone\": true}'; exit 1"), 0);
  EXPECT_EQ(ask("echo yes"), 0);
  EXPECT_EQ(ask(":"), 0);
}

TEST_F(InstanceGoneTest, WordsAreReadStrictly) {
  EXPECT_TRUE(read_gone_word(R"({"gone": true})")->gone);
  EXPECT_EQ(read_gone_word(R"({"gone": false, "reason": "runs"})")->reason, "runs");
  for (const auto* wrong :
       {"", "true", "[]", R"({"gone": "true"})", R"({"gone": 1})", R"({"Gone": true})",
        R"({"gone": true, "raeson": "x"})", R"({"gone": true, "reason": 1})",
        R"({"gone": true, "reason": "x", "more": 1})", R"({"gone": true} x)"})
    EXPECT_THAT(read_gone_word(wrong).error().message, HasSubstr("{\"gone\": true or false"))
        << wrong;
}

TEST_F(InstanceGoneTest, AnAnswerIsKeptForTheSameQuestionAlone) {
  InstanceGone gone(program("echo '{\"gone\": true}'"));
  EXPECT_EQ(ask(gone), 1);
  EXPECT_EQ(ask(gone), 1);
  EXPECT_EQ(calls(), 1U);
  EXPECT_EQ(ask(gone, {{"name", "web-1"}, {"held_since", "later"}}), 1);
  EXPECT_EQ(calls(), 2U);
}

TEST_F(InstanceGoneTest, AProgramThatOthersMayWriteIsNotRun) {
  InstanceGone gone(program("echo '{\"gone\": true}'"));
  fs::permissions(folder_ / "program", fs::perms::all);
  EXPECT_EQ(ask(gone), 0);
  EXPECT_FALSE(fs::exists(folder_ / "calls"));
}

TEST_F(InstanceGoneTest, StoppingWaitsForNoProgram) {
  InstanceGone gone(program("sleep 1000"));
  gone.ask("web-1", {{"name", "web-1"}}, [](bool) {});
  ASSERT_TRUE(fakes::wait_until([&] { return fs::exists(folder_ / "calls"); }));
  const auto before = std::chrono::steady_clock::now();
  gone.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, kGonePatience / 2);
}

}  // namespace
}  // namespace muster::provision
