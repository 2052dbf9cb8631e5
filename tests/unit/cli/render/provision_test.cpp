#include "orchestrator/cli/render/provision.hpp"
#include "tests/unit/cli/render/plain_style.hpp"

#include <gtest/gtest.h>

namespace muster::cli::render {
namespace {

constexpr std::int64_t kStart = 1'800'000'000'000;

client::Record running() {
  client::Record record;
  record.identity = "n1.de";
  record.state = "running";
  record.step = "bootstrap-run";
  record.master = "m1.de";
  record.attempts = 1;
  record.started_at_ms = kStart;
  record.updated_at_ms = kStart + 2'000;
  record.steps = {{"claim", "done", kStart, 12, 1, ""},
                  {"fetch-certificate", "skipped", kStart, 0, 0, ""},
                  {"bootstrap-run", "running", kStart + 1'000, 0, 1, ""}};
  return record;
}

TEST(ElapsedTest, RunsWhileTheNodeRuns) {
  EXPECT_EQ(elapsed_ms(running(), kStart + 9'000), 9'000);
}

TEST(ElapsedTest, RunsWhileTheNodeWaits) {
  auto record = running();
  record.state = "waiting";
  EXPECT_EQ(elapsed_ms(record, kStart + 9'000), 9'000);
}

TEST(ElapsedTest, StandsStillWhenTheNodeHasFailedOrFinished) {
  auto record = running();
  record.state = "failed";
  EXPECT_EQ(elapsed_ms(record, kStart + 9'000), 2'000);
  record.state = "finished";
  record.finished_at_ms = kStart + 3'000;
  EXPECT_EQ(elapsed_ms(record, kStart + 9'000), 3'000);
}

TEST(ElapsedTest, IsNothingBeforeTheStart) {
  EXPECT_EQ(elapsed_ms({}, kStart), 0);
}

TEST(ProvisionTableTest, ShowsStepMasterAttemptsAndTime) {
  const auto lines = provision_table({running()}, kStart + 9'400, kPlain, 120);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0], "NODE   STATE    STEP           MASTER  ATTEMPTS  ELAPSED  AGE  REASON");
  EXPECT_EQ(lines[1], "n1.de  running  bootstrap-run  m1.de   1         9 s      9 s");
}

TEST(ProvisionTableTest, AWaitingNodeSaysWhenItGoesOnAndWhy) {
  auto record = running();
  record.state = "waiting";
  record.reason = "no master\nis online";
  record.retry_at_ms = kStart + 20'000;
  const auto lines = provision_table({record}, kStart + 9'400, kPlain, 120);
  EXPECT_NE(lines[1].find("again in 11 s: no master is online"), std::string::npos) << lines[1];
}

TEST(ProvisionTableTest, TheAgeIsSinceTheLastFurtherStep) {
  auto record = running();
  record.no_step_since_ms = kStart + 4'000;
  const auto lines = provision_table({record}, kStart + 100'000, kPlain, 120);
  EXPECT_NE(lines[1].find("  1 min 36 s"), std::string::npos) << lines[1];
  record.state = "finished";
  EXPECT_NE(provision_table({record}, kStart + 9'400, kPlain, 120)[1].find("  -"),
            std::string::npos);
}

TEST(ProvisionDetailsTest, OfWhoIsLateItSaysSinceWhenAndThatPeopleWereTold) {
  auto record = running();
  record.no_step_since_ms = kStart + 4'000;
  EXPECT_NE(provision_details(record, kStart + 100'000, kPlain, 100)
                .find("Last step: 08:00:04 UTC, 1 min 36 s ago\n"),
            std::string::npos);
  record.told_late = true;
  EXPECT_NE(provision_details(record, kStart + 100'000, kPlain, 100)
                .find("ago; people were told that it is late\n"),
            std::string::npos);
}

TEST(ProvisionJsonTest, HasTimesOfStepsThatRanAndAllSteps) {
  const auto document = provision_json(running(), kStart + 9'000);
  EXPECT_EQ(document["identity"], "n1.de");
  EXPECT_EQ(document["total_ms"], 9'000);
  EXPECT_EQ(document["steps_ms"], (Value{{"claim", 12}}));
  EXPECT_EQ(document["steps"].size(), 3U);
  EXPECT_TRUE(document["finished_at"].is_null());
}

TEST(ProvisionDetailsTest, ShowsEveryStepTheReasonAndTheLastOutput) {
  auto record = running();
  record.state = "failed";
  record.reason = "bootstrap-run: exit 4";
  record.last_output = "Error: no such class\nError: stopped\x1b[2J";
  const auto text = provision_details(record, kStart + 9'000, kPlain, 100);
  EXPECT_NE(text.find("Reason: bootstrap-run: exit 4"), std::string::npos) << text;
  EXPECT_NE(text.find("fetch-certificate  skipped  -"), std::string::npos) << text;
  EXPECT_NE(text.find("   Error: no such class\n   Error: stopped\\x1b[2J\n"), std::string::npos)
      << text;
}

TEST(ProvisionDetailsTest, WhileItRunsTheReasonIsThatOfTheAttemptBefore) {
  auto record = running();
  record.reason = "bootstrap-run: exit 4";
  const auto text = provision_details(record, kStart + 9'000, kPlain, 100);
  EXPECT_NE(text.find("Last time: bootstrap-run: exit 4"), std::string::npos) << text;
  EXPECT_EQ(text.find("Reason:"), std::string::npos) << text;
}

TEST(ProvisionDetailsTest, AFailedNodeSaysThatNothingHappensByItselfAndWhatToDo) {
  auto record = running();
  record.state = "failed";
  const auto text = provision_details(record, kStart + 9'000, kPlain, 100);
  EXPECT_NE(text.find("Next: nothing by itself. Mend what the reason names, then 'muster provision "
                      "retry n1.de'\n"),
            std::string::npos)
      << text;
}

TEST(ProvisionDetailsTest, AWaitingNodeSaysWhenItIsTriedAgain) {
  auto record = running();
  record.state = "waiting";
  record.retry_at_ms = kStart + 20'000;
  const auto text = provision_details(record, kStart + 9'000, kPlain, 100);
  EXPECT_NE(text.find("Next: tried again by itself at 08:00:20 UTC, in 11 s; at once with 'muster "
                      "provision retry n1.de'\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("Last heard: 08:00:02 UTC, 7 s ago\n"), std::string::npos) << text;
}

TEST(ProvisionDetailsTest, ACancelledNodeSaysByWhomAndHowItGoesOn) {
  auto record = running();
  record.state = "cancelled";
  record.reason = "cancelled by alice in step bootstrap-run";
  const auto text = provision_details(record, kStart + 9'000, kPlain, 100);
  EXPECT_NE(text.find("Reason: cancelled by alice in step bootstrap-run\n"), std::string::npos);
  EXPECT_NE(text.find("Next: nothing by itself; 'muster provision retry n1.de' goes on with it\n"),
            std::string::npos)
      << text;
}

TEST(ProvisionDetailsTest, ARefusedNodeSaysWhichTokenWouldHelp) {
  auto record = running();
  record.state = "refused";
  const auto text = provision_details(record, kStart + 9'000, kPlain, 100);
  EXPECT_NE(text.find("muster token create --identity n1.de"), std::string::npos) << text;
  EXPECT_NE(text.find("restart its muster-agent"), std::string::npos) << text;
}

client::Record asked_for() {
  auto record = running();
  record.state = "finished";
  record.address = "10.0.0.3";
  record.claim = messages::NameClaim{std::string(64, 'a'), "10.0.0.9\x1b", kStart};
  return record;
}

TEST(ProvisionDetailsTest, AClaimIsApprovedByTheKeyThatIsShown) {
  const auto text = provision_details(asked_for(), kStart + 9'000, kPlain, 100);
  EXPECT_NE(text.find("'muster provision approve n1.de --key aaaaaaaaaaaaaaaa', or"),
            std::string::npos)
      << text;
}

TEST(ProvisionDetailsTest, AFinishedNodeNeedsNothing) {
  auto record = running();
  record.state = "finished";
  const auto text = provision_details(record, kStart + 9'000, kPlain, 100);
  EXPECT_EQ(text.find("Next:"), std::string::npos) << text;
}

TEST(ProvisionLineTest, IsASentenceForALog) {
  EXPECT_EQ(provision_line(running()),
            "08:00:02 n1.de running bootstrap-run, master m1.de, 2.0 s\n");
}

}  // namespace
}  // namespace muster::cli::render
