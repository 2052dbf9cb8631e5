#include "proto/base/log.hpp"

#include <gmock/gmock.h>

namespace muster::log {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A suite is one process, in which the logger is started once.
void start_once() {
  static const bool started = [] {
    ::unsetenv("JOURNAL_STREAM");
    start("log-test", Level::info);
    return true;
  }();
  (void)started;
}

std::string logged(void (*say)()) {
  testing::internal::CaptureStderr();
  start_once();
  set_level(Level::info);
  say();
  return testing::internal::GetCapturedStderr();
}

TEST(LogTest, FieldsFollowTheSentence) {
  EXPECT_THAT(logged([] {
                info("node joined", {{"identity", "web1"}, {"ms", "12"}});
              }),
              HasSubstr("node joined identity=web1 ms=12\n"));
}

TEST(LogTest, ValuesThatWouldBreakTheLineAreQuoted) {
  EXPECT_THAT(logged([] {
                info("x", {{"text", "a \"b\"\nc"}, {"none", ""}});
              }),
              HasSubstr("x text=\"a \\\"b\\\"\\nc\" none=\"\"\n"));
}

TEST(LogTest, NoTextBeginsALineOrSteersATerminal) {
  EXPECT_THAT(logged([] {
                warning("refused \x1b[2J\n<3>forged\r", {{"why", "a\u202eb\u2028\x7f\\"}});
              }),
              HasSubstr("refused \\x1b[2J\\n<3>forged\\x0d why=\"a\\u202eb\\u2028\\x7f\\\\\"\n"));
}

TEST(LogTest, LowerLevelsStaySilent) {
  EXPECT_THAT(logged([] { debug("hidden"); }), Not(HasSubstr("hidden")));
}

TEST(LogTest, BracesInAMessageAreJustText) {
  EXPECT_THAT(logged([] { warning("100 {} {0}"); }), HasSubstr("100 {} {0}"));
}

TEST(LogTest, UnknownLevelNamesTheNearest) {
  EXPECT_EQ(level_from("warning"), Level::warning);
  const auto level = level_from("warnin");
  ASSERT_FALSE(level);
  EXPECT_EQ(level.error().message, "unknown log level 'warnin'; did you mean 'warning'?");
}

}  // namespace
}  // namespace muster::log
