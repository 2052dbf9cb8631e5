#include <gmock/gmock.h>

#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/shell/calling.hpp"

namespace muster::plugins::shell {
namespace {

using testing::HasSubstr;

class ShellJobsTest : public CommandTest {
 protected:
  std::string start(const std::string& line, const Value& more = Value::object()) {
    Value inputs{{"command", line}};
    inputs.update(more);
    const auto reply = shell("start", inputs);
    EXPECT_EQ(reply.status, 0) << reply.message;
    return reply.data.value("handle", "");
  }
  Value status(const std::string& handle) { return shell("status", {{"handle", handle}}).data; }
  bool ended(const std::string& handle) {
    return fakes::wait_until([&] { return status(handle)["status"] != "running"; });
  }
  Value output(const std::string& handle, std::int64_t out = 0, std::int64_t err = 0) {
    return shell("output", {{"handle", handle}, {"stdout_offset", out}, {"stderr_offset", err}})
        .data;
  }
};

TEST_F(ShellJobsTest, AJobsLifeIsSeenFromOutside) {
  const auto go = (node_.folder / "go").string();
  const auto handle =
      start("echo one; echo two >&2; while [ ! -e " + go + " ]; do sleep 0.02; done; exit 4");
  ASSERT_TRUE(fakes::wait_until([&] { return output(handle)["stderr"] == "two\n"; }));
  auto seen = output(handle);
  EXPECT_EQ(seen["status"], "running");
  EXPECT_EQ(seen["stdout"], "one\n");
  EXPECT_EQ(seen["stdout_offset"], 4);
  EXPECT_FALSE(seen.contains("exitcode"));
  EXPECT_EQ(output(handle, 4, 4)["stdout"], "");
  node_.folder.write("go", "");
  ASSERT_TRUE(ended(handle));
  seen = status(handle);
  EXPECT_EQ(seen["status"], "finished");
  EXPECT_EQ(seen["exitcode"], 4);
  EXPECT_EQ(seen["stderr_bytes"], 4);
  EXPECT_THAT(seen["command"].get<std::string>(), HasSubstr("echo one"));
}

TEST_F(ShellJobsTest, ARestartOfTheAgentChangesNothing) {
  const auto go = (node_.folder / "go").string();
  const auto handle = start("echo one; while [ ! -e " + go + " ]; do sleep 0.02; done; echo two");
  ASSERT_TRUE(fakes::wait_until([&] { return output(handle)["stdout"] == "one\n"; }));
  open_spool();
  EXPECT_EQ(status(handle)["status"], "running");
  node_.folder.write("go", "");
  ASSERT_TRUE(ended(handle));
  EXPECT_EQ(output(handle, 4)["stdout"], "two\n");
  EXPECT_EQ(status(handle)["exitcode"], 0);
}

TEST_F(ShellJobsTest, KillEndsAllOfIt) {
  const auto handle = start("sleep 60 | sleep 60");
  EXPECT_EQ(shell("kill", {{"handle", handle}}).data["killed"], true);
  ASSERT_TRUE(ended(handle));
  EXPECT_EQ(status(handle)["exitcode"], 143);
  EXPECT_EQ(shell("kill", {{"handle", handle}}).data["killed"], false);
}

TEST_F(ShellJobsTest, AJobThatRunsTooLongIsEnded) {
  const auto handle = start("sleep 60", {{"timeout", 1}});
  ASSERT_TRUE(ended(handle));
  EXPECT_EQ(status(handle)["exitcode"], 124);
  EXPECT_THAT(shell("start", {{"command", "true"}, {"timeout", 99'999'999}}).message,
              HasSubstr("must be 1 to 604800 seconds"));
}

TEST_F(ShellJobsTest, EachAgentSeesItsOwnJobs) {
  const auto ours = start("true");
  const auto others = call(exec_, "start", {{"argv", {"echo", "it's me"}}}).data["handle"];
  const auto listed = shell("list", Value::object()).data["jobs"];
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[ours]["command"], "true");
  EXPECT_THAT(shell("kill", {{"handle", others}}).message,
              HasSubstr("was started by the agent exec, not by shell"));
  EXPECT_EQ(call(exec_, "status", {{"handle", others}}).data["command"], "echo 'it'\\''s me'");
  ASSERT_TRUE(ended(ours));
}

TEST_F(ShellJobsTest, HandlesThatAreNoneAreRefused) {
  EXPECT_EQ(shell("status", {{"handle", "../../etc/passwd"}}).status, 4);
  const auto none = shell("status", {{"handle", std::string(32, 'a')}});
  EXPECT_NE(none.status, 0);
  EXPECT_THAT(none.message, HasSubstr("no job"));
  const auto handle = start("true");
  EXPECT_THAT(shell("output", {{"handle", handle}, {"stdout_offset", -1}}).message,
              HasSubstr("must not be negative"));
  ASSERT_TRUE(ended(handle));
}

TEST_F(ShellJobsTest, OutputIsReadInPiecesAndNoCharacterIsCut) {
  // 150,000 characters of three bytes behind one of one: the pieces' limits fall into characters.
  const auto handle = start("printf x; yes '€' | head -n 150000 | tr -d '\\n'");
  ASSERT_TRUE(ended(handle));
  std::string all;
  std::int64_t offset = 0;
  for (int pieces = 0; pieces < 10; ++pieces) {
    const auto piece = output(handle, offset);
    if (piece["stdout_offset"] == offset) break;
    offset = piece["stdout_offset"];
    all += piece["stdout"].get<std::string>();
  }
  EXPECT_EQ(all.size(), 1U + 3U * 150'000U);
  EXPECT_EQ(all.find("\xEF\xBF\xBD"), std::string::npos);
}

}  // namespace
}  // namespace muster::plugins::shell
