#include "orchestrator/cli/render/jobs.hpp"
#include "tests/unit/cli/render/plain_style.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::cli::render {
namespace {

client::NodeResult node_of(const std::string& identity, client::Outcome outcome, Value data,
                           const std::string& message = "OK") {
  client::NodeResult node;
  node.identity = identity;
  node.outcome = outcome;
  node.status = outcome == client::Outcome::ok ? 0 : 1;
  node.message = message;
  node.data = std::move(data);
  return node;
}

TEST(JobsTest, EachJobIsALine) {
  client::CallResult result;
  result.results = {
      node_of(
          "a1", client::Outcome::ok,
          {{"jobs",
            {{"0af", {{"status", "running"}, {"command", "sleep 5\nrm x"}, {"started_at_ms", 0}}},
             {"1bc", {{"status", "finished"}, {"command", "true"}, {"exitcode", 3}}}}}}),
      node_of("b1", client::Outcome::refused, nullptr)};
  EXPECT_EQ(jobs_text(result, kPlain, 80),
            "NODE  HANDLE  STATE     EXIT  STARTED   COMMAND\n"
            "a1    0af     running         00:00:00  sleep 5 rm x\n"
            "a1    1bc     finished  3               true\n");
  EXPECT_EQ(jobs_text({}, kPlain, 80), "No jobs.\n");
}

TEST(JobsTest, WhereNobodyToldOfJobsNothingIsSaidOfThem) {
  client::CallResult result;
  result.results = {node_of("b1", client::Outcome::refused, nullptr)};
  EXPECT_EQ(jobs_text(result, kPlain, 80), "");
  result.results.push_back(node_of("a1", client::Outcome::ok, {{"jobs", Value::object()}}));
  EXPECT_EQ(jobs_text(result, kPlain, 80), "No jobs.\n");
}

TEST(JobsTest, ARunShowsWhatItWroteAlsoWhenItFailed) {
  EXPECT_EQ(run_text(node_of("a1", client::Outcome::ok,
                             {{"stdout", "one\ntwo\n"}, {"stderr", ""}, {"exitcode", 0}}),
                     kPlain),
            "a1\n   one\n   two\n\n");
  EXPECT_EQ(run_text(node_of("a1", client::Outcome::failed,
                             {{"stdout", "half\n"},
                              {"stderr", "o\x1b[2Jh\n"},
                              {"exitcode", 3},
                              {"left_out_bytes", 12}},
                             "exit code 3: 'oh'"),
                     kPlain),
            "a1   exit code 3: 'oh'\n   half\n   o\\x1b[2Jh\n   [12 bytes of output left out]\n\n");
  EXPECT_EQ(run_text(node_of("a1", client::Outcome::refused, nullptr, "no policy"), kPlain),
            "a1   Refused\n   no policy\n\n");
}

}  // namespace
}  // namespace muster::cli::render
