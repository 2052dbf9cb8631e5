#include "orchestrator/cli/render/provision_summary.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "orchestrator/cli/render/provision.hpp"
#include "tests/unit/cli/render/plain_style.hpp"

namespace muster::cli::render {
namespace {

constexpr std::int64_t kNow = 1'800'000'000'000;
constexpr std::int64_t kMinute = 60'000;

client::Record record(const std::string& node, const std::string& state, std::int64_t age_ms,
                      const std::string& master = "") {
  client::Record out;
  out.identity = node;
  out.state = state;
  out.master = master;
  out.started_at_ms = kNow - age_ms;
  out.updated_at_ms = kNow - age_ms;
  if (state == "running") out.step = "bootstrap-run";
  if (state == "finished") out.finished_at_ms = kNow - age_ms;
  return out;
}

client::Record queued(const std::string& node, std::int64_t since_ms) {
  auto out = record(node, "waiting", since_ms);
  out.queued_at_ms = kNow - since_ms;
  out.started_at_ms = 0;
  return out;
}

TEST(ProvisionSummaryTest, CountsByStateStepAndMasterAndNamesWhoWaitsLongest) {
  const auto text = summary_text(
      {record("n1", "finished", kMinute, "m1"), record("n2", "running", 2 * kMinute, "m1"),
       queued("n3", 3 * kMinute), queued("n4", 4 * kMinute)},
      kNow, kPlain, 100);
  EXPECT_EQ(text,
            "STATE     NODES  OLDEST\n"
            "finished  1      -\n"
            "running   1      2 min 00 s\n"
            "waiting   2      4 min 00 s\n"
            "\n"
            "STEP           NODES  OLDEST\n"
            "bootstrap-run  1      2 min 00 s\n"
            "\n"
            "MASTER  FINISHED  RUNNING  WAITING  FAILED\n"
            "m1      1         1        0        0\n"
            "\n"
            "n4 waits longest, for 4 min 00 s; 2 wait for a place in flight\n");
}

TEST(ProvisionSummaryTest, JsonHasTheSame) {
  const auto json =
      summary_json({record("n2", "running", 2 * kMinute, "m1"), queued("n3", kMinute)}, kNow);
  EXPECT_EQ(json.at("nodes"), 2);
  EXPECT_EQ(json.at("states").at("running").at("nodes"), 1);
  EXPECT_EQ(json.at("masters").at("m1").at("running"), 1);
  EXPECT_EQ(json.at("in_turn"), 1);
  EXPECT_EQ(json.at("oldest_wait").at("identity"), "n3");
  EXPECT_TRUE(summary_json({}, kNow).at("oldest_wait").is_null());
}

TEST(ProvisionSummaryTest, WhoWaitsForAPlaceAtAMasterHasAQueueOfItsOwn) {
  auto z = record("z", "waiting", 3 * kMinute);
  z.master_queued_at_ms = kNow - 2 * kMinute;
  auto a = record("a", "waiting", 3 * kMinute);
  a.master_queued_at_ms = kNow - kMinute;
  const std::vector<client::Record> records{a, z, queued("q", kMinute)};
  EXPECT_EQ(places_in_turn(records), (Places{{"z", 1}, {"a", 2}, {"q", 1}}));
  EXPECT_NE(summary_text(records, kNow, kPlain, 100)
                .find("1 wait for a place in flight; 2 wait for a place at a master\n"),
            std::string::npos);
  EXPECT_NE(provision_table(records, kNow, kPlain, 120, places_in_turn(records))[1].find(
                "waits for a place at a master, number 2 in turn"),
            std::string::npos);
}

TEST(ProvisionSummaryTest, AMachineThatIsOnItsWayRunsWhoeverElseAsksForItsName) {
  auto first = record("n1", "running", kMinute);
  first.claim = messages::NameClaim{"k2", "10.0.0.2", kNow};
  EXPECT_EQ(shown_state(first), "running");
  first.state = "finished";
  EXPECT_EQ(shown_state(first), "waiting") << "for a person";
}

TEST(PlacesInTurnTest, WhoBeganToWaitFirstIsNext) {
  const auto places = places_in_turn(
      {queued("n1", kMinute), queued("n2", 2 * kMinute), record("n3", "waiting", kMinute)});
  EXPECT_EQ(places, (std::map<std::string, std::size_t>{{"n2", 1}, {"n1", 2}}));
  const auto lines = provision_table({queued("n1", kMinute)}, kNow, kPlain, 120, places);
  EXPECT_NE(lines[1].find("waits for a place in flight, number 2 in turn"), std::string::npos)
      << lines[1];
}

TEST(WaveTest, WhatWasFinishedLongAgoIsNoPartOfIt) {
  const auto wave =
      wave_of({record("n1", "finished", 60 * kMinute), record("n2", "finished", kMinute),
               record("n3", "running", 2 * kMinute), record("n4", "failed", kMinute)},
              kNow - 10 * kMinute, kNow);
  EXPECT_EQ(wave.all, 2U);
  EXPECT_EQ(wave.finished, 1U);
  EXPECT_EQ(wave.stuck, 1U);
}

TEST(WaveTest, TheRateIsOfTheLastMinutesAndGivesTheTimeLeft) {
  std::vector<client::Record> records;
  for (int i = 0; i < 10; ++i)
    records.push_back(record("f" + std::to_string(i), "finished", 2 * kMinute));
  for (int i = 0; i < 4; ++i)
    records.push_back(record("r" + std::to_string(i), "running", 5 * kMinute));
  const auto wave = wave_of(records, kNow - 10 * kMinute, kNow);
  EXPECT_DOUBLE_EQ(wave.per_minute, 2.0);
  EXPECT_EQ(wave.left_ms, 2 * kMinute);
  EXPECT_EQ(wave_line(wave, 100), " * [ " + std::string(20, '=') + ">" + std::string(9, ' ') +
                                      " ] 10 / 14, 2 a minute, about 2 min 00 s left");
  EXPECT_EQ(wave_line(wave, 40), "10 / 14, 2 a minute, about 2 min 00 s l…") << "a narrow screen";
}

TEST(WaveTest, OfNobodyThereIsNoLine) {
  EXPECT_EQ(wave_line(wave_of({record("n1", "finished", 60 * kMinute)}, kNow, kNow), 100), "");
}

}  // namespace
}  // namespace muster::cli::render
