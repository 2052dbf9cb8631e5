#include "plugins/agents/puppet/last_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::plugins::puppet {
namespace {

constexpr char kSummary[] = R"(---
version:
  config: 1767225500
  puppet: 7.23.0
application:
  run_mode: agent
  initial_environment: production
  converged_environment: production
resources:
  changed: 2
  corrective_change: 1
  failed: 0
  out_of_sync: 3
  total: 12
time:
  config_retrieval: 0.25
  total: 1.5
  last_run: 1767225590
changes:
  total: 2
)";

class LastRunTest : public testing::Test {
 protected:
  PuppetPaths paths() const {
    PuppetPaths paths;
    paths.vardir = folder_.path();
    return paths;
  }
  fakes::TempFolder folder_;
};

TEST_F(LastRunTest, ReadsWhatPuppetWrites) {
  folder_.write("public/last_run_summary.yaml", kSummary);
  const auto summary = last_run_summary(paths());
  ASSERT_TRUE(summary) << summary.error().message;
  const auto reply = summary_reply(*summary, 1767225600);
  EXPECT_EQ(reply.at("changed_resources"), 2);
  EXPECT_EQ(reply.at("corrected_resources"), 1);
  EXPECT_EQ(reply.at("out_of_sync_resources"), 3);
  EXPECT_EQ(reply.at("total_resources"), 12);
  EXPECT_EQ(reply.at("total_time"), 1.5);
  EXPECT_EQ(reply.at("config_version"), "1767225500");
  EXPECT_EQ(reply.at("since_lastrun"), 10);
  EXPECT_EQ(last_run_s(paths()), 1767225590);
}

TEST_F(LastRunTest, BeforeTheFirstRunItSaysSo) {
  EXPECT_EQ(last_run_summary(paths()).error().code, Errc::not_found);
  EXPECT_EQ(last_run_s(paths()), 0);
}

TEST_F(LastRunTest, ARunThatFailedEarlyHasZeroes) {
  folder_.write("public/last_run_summary.yaml", "---\nversion:\n  config:\n  puppet: 7.23.0\n");
  const auto reply = summary_reply(last_run_summary(paths()).value(), 100);
  EXPECT_EQ(reply.at("total_resources"), 0);
  EXPECT_EQ(reply.at("config_version"), "");
}

}  // namespace
}  // namespace muster::plugins::puppet
