#include "orchestrator/cli/render/puppet.hpp"

#include <gtest/gtest.h>

#include "tests/unit/cli/render/plain_style.hpp"
#include "tests/unit/cli/results.hpp"

namespace muster::cli::render {
namespace {

using State = puppet::RunEnd::State;

puppet::RunEnd end_of(const std::string& identity, State state) {
  puppet::RunEnd end;
  end.identity = identity;
  end.state = state;
  end.took = std::chrono::milliseconds(12'300);
  return end;
}

TEST(PuppetRunsTest, ALineIsANodeAndHowItsRunEnded) {
  EXPECT_EQ(run_line(end_of("n1", State::changed), kPlain),
            "n1                                       changed in 12.3 s\n");
  auto failed = end_of("n2", State::failed);
  failed.message = "resources of the catalogue failed (exit 4)";
  failed.last_lines = "Error: a\nError: \x1b[2J";
  EXPECT_EQ(run_line(failed, kPlain),
            "n2                                       failed in 12.3 s\n   resources of the "
            "catalogue failed (exit 4)\n"
            "      Error: a\n      Error: \\x1b[2J\n");
}

TEST(PuppetRunsTest, TheClosingCountsEachKind) {
  Runs runs;
  runs.ends = {end_of("n1", State::changed), end_of("n2", State::failed),
               end_of("n3", State::changed)};
  runs.took = std::chrono::milliseconds(20'400);
  EXPECT_EQ(runs_closing(runs, kPlain, 80), "\n3 nodes in 20.4 s: 2 changed, 1 failed\n");
  const auto document = runs_json(runs);
  EXPECT_EQ(document["summary"]["changed"], 2);
  EXPECT_EQ(document["replies"][1]["state"], "failed");
  EXPECT_EQ(document["replies"][1]["exit_code"], Value());
  EXPECT_EQ(document["undecided"], Value::array());
}

TEST(PuppetRunsTest, WhoIsUndecidedIsNamed) {
  Runs runs;
  runs.ends = {end_of("n1", State::unchanged)};
  runs.undecided = {"n7", "n8"};
  const auto text = runs_closing(runs, kPlain, 80);
  EXPECT_NE(text.find("1 unchanged\n\nDid not say whether the filter matches:\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("n7"), std::string::npos);
  EXPECT_EQ(runs_json(runs)["undecided"], (Value{"n7", "n8"}));
}

TEST(PuppetLastRunsTest, ALineIsANodeAndWhatItDoesNotKnowIsADash) {
  const auto text = last_runs_text(
      call_result({node_result("n1", client::Outcome::ok,
                               {{"since_lastrun", 90},
                                {"total_resources", 10},
                                {"changed_resources", 1},
                                {"failed_resources", 2},
                                {"out_of_sync_resources", 3},
                                {"total_time", 10.379},
                                {"config_version", 1795962588}}),
                   node_result("n2", client::Outcome::ok, {{"total_time", nullptr}})}),
      kPlain, 120);
  EXPECT_NE(text.find("10.4 s"), std::string::npos) << text;
  EXPECT_NE(text.find("1795962588"), std::string::npos) << text;
  EXPECT_NE(text.find("n2    -"), std::string::npos) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3) << text;
}

TEST(PuppetLastRunsTest, NobodyIsNoTable) {
  EXPECT_EQ(last_runs_text(call_result({}), kPlain, 80), "");
}

TEST(PuppetCountTest, OnlyAnswersCount) {
  const auto count = count_puppet(call_result(
      {node_result("n1", client::Outcome::ok,
                   {{"enabled", true}, {"applying", true}, {"daemon_present", true}}),
       node_result("n2", client::Outcome::ok, {{"enabled", false}, {"idling", true}}),
       node_result("n3", client::Outcome::silent), node_result("n4", client::Outcome::failed)}));
  EXPECT_EQ(count_json(count),
            (Value{{"total", 2}, {"enabled", 1}, {"applying", 1}, {"daemons", 1}, {"idling", 1}}));
  EXPECT_NE(count_text(count).find("         Nodes currently disabled: 1\n"), std::string::npos);
}

}  // namespace
}  // namespace muster::cli::render
