#include "orchestrator/cli/render/run_stats.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "orchestrator/client/run_stats.hpp"
#include "tests/unit/cli/render/plain_style.hpp"

namespace muster::cli::render {
namespace {

using testing::HasSubstr;

Value times(std::int64_t ms, std::uint64_t count) {
  client::Times out;
  out.add(client::bucket_of(ms), count);
  return out.to_value();
}

Value some_stats() {
  return {
      {"runs", {{"finished", 3}, {"failed", 1}}},
      {"whole", times(60'000, 3)},
      {"steps",
       {{"claim", {{"took", times(20, 4)}}}, {"run", {{"took", times(50'000, 3)}, {"failed", 1}}}}},
      {"masters",
       {{"m1", {{"runs", {{"finished", 3}, {"failed", 1}}}, {"whole", times(60'000, 3)}}}}},
      {"reasons", {{"run: NODE has\nno puppet", 1}}}};
}

TEST(RunStatsTextTest, TheStepThatTakesLongestComesFirstAndReasonsAreCounted) {
  const auto text = run_stats_text(some_stats(), "2026-11-29T12:00:00.000Z", kPlain, 100);
  EXPECT_THAT(text, HasSubstr("3 finished, 1 failed, 0 cancelled\n"));
  EXPECT_LT(text.find("\nrun "), text.find("\nclaim ")) << text;
  EXPECT_THAT(text, HasSubstr("MASTER  FINISHED  FAILED"));
  EXPECT_THAT(text, HasSubstr("1       run: NODE has no puppet")) << "a node writes no line";
}

TEST(RunStatsTextTest, OfNoRunsThereIsOneLine) {
  EXPECT_EQ(run_stats_text(Value::object(), "then", kPlain, 100),
            "Since then: 0 finished, 0 failed, 0 cancelled\n");
}

TEST(RunStatsTextTest, JsonHasNumbersAndNullWhereNothingWasMeasured) {
  const auto json = run_stats_json(some_stats(), "then");
  EXPECT_EQ(json.at("runs").at("finished"), 3);
  EXPECT_NEAR(json.at("steps").at("run").at("p95_ms").get<double>(), 50'000, 2'500);
  EXPECT_EQ(json.at("steps").at("claim").at("failed"), 0);
  EXPECT_TRUE(run_stats_json(Value::object(), "then").at("p50_ms").is_null());
}

TEST(RunHistoryTextTest, StepsAreShownToWhoAsksForThem) {
  const Value history{
      {"runs", Value::array({{{"state", "failed"},
                              {"master", ""},
                              {"attempts", 2},
                              {"took_ms", 1'500},
                              {"ended_at_ms", 1'800'000'000'000},
                              {"reason", "run: no puppet"},
                              {"steps", Value::array({{{"name", "run"},
                                                       {"state", "failed"},
                                                       {"took_ms", 900},
                                                       {"tries", 3},
                                                       {"message", "exit 1"}}})}}})}};
  const auto brief = run_history_text(history, false, kPlain, 120);
  EXPECT_THAT(brief, HasSubstr("failed  -       2         1.5 s  run: no puppet"));
  EXPECT_EQ(brief.find("exit 1"), std::string::npos);
  EXPECT_THAT(run_history_text(history, true, kPlain, 120), HasSubstr("exit 1"));
}

}  // namespace
}  // namespace muster::cli::render
