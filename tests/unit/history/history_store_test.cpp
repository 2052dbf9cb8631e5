#include "orchestrator/history/history_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "orchestrator/client/run_stats.hpp"
#include "orchestrator/history/why.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::history {
namespace {

using namespace std::chrono_literals;

class HistoryStoreTest : public testing::Test {
 protected:
  HistoryStoreTest() { open({}); }
  void open(HistoryLimits limits) {
    store_.reset();
    auto opened = HistoryStore::open(folder_ / "history.db", limits, clock_);
    if (!opened) throw std::runtime_error(opened.error().message);
    store_ = std::move(*opened);
  }
  client::Record ended(const std::string& node, const std::string& state,
                       std::chrono::milliseconds took = 1s) const {
    client::Record record;
    record.identity = node;
    record.run_id = "run of " + node;
    record.state = state;
    record.attempts = 1;
    record.master = "m1";
    record.orchestrator = "o1";
    record.updated_at_ms = clock_.unix_ms();
    record.started_at_ms = record.updated_at_ms - took.count();
    record.steps = {{"claim", "done", record.started_at_ms, 20, 1, ""},
                    {"run", state == "finished" ? "done" : "failed", record.started_at_ms,
                     took.count() - 20, 2, "as it went"}};
    if (state == "finished") record.finished_at_ms = record.updated_at_ms;
    if (state == "failed") record.reason = "run: " + node + " has no puppet";
    return record;
  }
  void put(const client::Record& record) {
    const auto written = store_->put(record);
    ASSERT_TRUE(written) << written.error().message;
  }
  void must_tidy() {
    const auto tidied = store_->tidy();
    ASSERT_TRUE(tidied) << tidied.error().message;
  }
  std::vector<std::string> states_of(const std::string& node) {
    std::vector<std::string> states;
    const auto told = store_->runs_of(node, client::kRunsToldMax).value();
    for (const auto& run : told.at("runs")) states.push_back(run.at("state").get<std::string>());
    return states;
  }

  fakes::TempFolder folder_;
  fakes::FakeClock clock_;
  std::unique_ptr<HistoryStore> store_;
};

TEST_F(HistoryStoreTest, AFailureAfterARetryIsAnotherEnd) {
  auto failed = ended("web1", "failed");
  put(failed);
  failed.retries = 1;
  put(failed);
  EXPECT_EQ(states_of("web1").size(), 2U);
}

TEST_F(HistoryStoreTest, OfEachNodeTheNewestEndIsKeptWholeAndWithWhatIsSaidOfItLater) {
  auto failed = ended("web1", "failed");
  failed.fence = 3;
  failed.key_fingerprint = "k1";
  failed.ca_fingerprint = "ca1";
  failed.workflow_hash = "ab12";
  failed.finished = {"claim"};
  put(failed);
  put(ended("web2", "finished"));
  auto older = failed;
  older.fence = 2;
  older.ca_fingerprint = "ca0";
  put(older);
  failed.told = true;
  ++failed.updated_at_ms;
  put(failed);
  open({});
  const auto kept = store_->latest("web1").value();
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->encode(), failed.encode());
  EXPECT_EQ(store_->nodes().value(), (std::vector<std::string>{"web1", "web2"}));
  EXPECT_FALSE(store_->latest("web3").value());
}

TEST_F(HistoryStoreTest, HowANodesRunEndedIsRememberedForLongerThanTheRun) {
  open({.keep = std::chrono::hours(1), .runs = 2});
  put(ended("web1", "finished"));
  clock_.advance(2h);
  put(ended("web2", "finished"));
  must_tidy();
  EXPECT_TRUE(states_of("web1").empty());
  EXPECT_TRUE(store_->latest("web1").value());
  clock_.advance(1s);
  put(ended("web3", "finished"));
  must_tidy();
  EXPECT_FALSE(store_->latest("web1").value()) << "there is room for two";
}

TEST_F(HistoryStoreTest, OfWhoIsForgottenNoRecordIsRememberedAndItsRunsStay) {
  put(ended("web1", "finished"));
  ASSERT_TRUE(store_->forget("web1"));
  EXPECT_FALSE(store_->latest("web1").value());
  EXPECT_EQ(states_of("web1").size(), 1U);
}

// A node's error may have 64 KiB, and the answer has to fit into a reply.
TEST_F(HistoryStoreTest, WhatNodesSayIsCutAndAnAnswerHasRoomForIt) {
  auto failed = ended("web1", "failed");
  failed.reason = failed.steps.back().message = std::string(4 * kTextMaxBytes, 'w');
  for (int i = 0; i < client::kRunsToldMax; ++i) {
    failed.retries = static_cast<std::uint32_t>(i);
    failed.steps.resize(2 * kStepsMax, failed.steps.back());
    put(failed);
  }
  const auto told = store_->runs_of("web1", client::kRunsToldMax).value();
  EXPECT_FALSE(told.at("runs").empty());
  EXPECT_LE(told.at("runs").at(0).at("steps").size(), kStepsMax);
  EXPECT_LE(told.at("runs").at(0).at("reason").get<std::string>().size(), kTextMaxBytes);
  EXPECT_LE(told.dump().size(), kRunsToldMaxBytes + 1'024);
}

TEST_F(HistoryStoreTest, ARunsEndsAreRememberedOnceEachTheLastFirst) {
  auto record = ended("n1", "failed");
  put(record);
  put(record);
  record.state = "running";
  put(record);
  clock_.advance(1min);
  auto after = ended("n1", "finished");
  after.attempts = 2;
  put(after);
  EXPECT_EQ(states_of("n1"), (std::vector<std::string>{"finished", "failed"}));
  open({});
  EXPECT_EQ(states_of("n1").size(), 2U) << "over a restart";
}

TEST_F(HistoryStoreTest, OfARunEachStepIsTold) {
  put(ended("n1", "failed", 5s));
  const auto run = store_->runs_of("n1", 1).value().at("runs").at(0);
  EXPECT_EQ(run.at("took_ms"), 5'000);
  EXPECT_EQ(run.at("reason"), "run: n1 has no puppet");
  EXPECT_EQ(run.at("steps").size(), 2U);
  EXPECT_EQ(run.at("steps").at(1).at("name"), "run");
  EXPECT_EQ(run.at("steps").at(1).at("tries"), 2);
}

TEST_F(HistoryStoreTest, WhatIsTooOldOrTooMuchIsForgottenWithItsSteps) {
  put(ended("n1", "finished"));
  clock_.advance(25h);
  put(ended("n2", "finished"));
  clock_.advance(1s);
  put(ended("n3", "finished"));
  open({.keep = 24h});
  EXPECT_TRUE(states_of("n1").empty());
  open({.keep = 24h, .runs = 1});
  EXPECT_TRUE(states_of("n2").empty());
  EXPECT_EQ(states_of("n3").size(), 1U);
  const auto left = store_->stats(0).value().at("ended_by").at("o1");
  EXPECT_EQ(client::Times::from_value(left.at("steps").at("claim").at("took")).count(), 1U);
}

TEST_F(HistoryStoreTest, WhatEndedTooLongAgoIsNotTakenAgain) {
  const auto old = ended("n1", "finished");
  clock_.advance(25h);
  open({.keep = 24h});
  put(old);
  EXPECT_TRUE(states_of("n1").empty());
}

TEST_F(HistoryStoreTest, StatsAreByWhoEndedTheRunsAndOfThatTimeAlone) {
  put(ended("n1", "finished", 100s));
  clock_.advance(1h);
  const auto since = clock_.unix_ms();
  put(ended("n2", "finished", 10s));
  put(ended("n3", "failed"));
  put(ended("n4", "failed"));
  auto others = ended("n5", "cancelled");
  others.orchestrator = "o2";
  put(others);
  const auto all = store_->stats(since).value().at("ended_by");
  const auto& ours = all.at("o1");
  EXPECT_EQ(ours.at("runs"), (Value{{"finished", 1}, {"failed", 2}}));
  EXPECT_EQ(ours.at("reasons"), (Value{{"run: NODE has no puppet", 2}})) << "one cause";
  EXPECT_EQ(ours.at("steps").at("run").at("failed"), 2);
  EXPECT_EQ(ours.at("masters").at("m1").at("runs").at("failed"), 2);
  const auto whole = client::Times::from_value(ours.at("whole"));
  EXPECT_EQ(whole.count(), 1U);
  EXPECT_NEAR(static_cast<double>(whole.within_ms(0.5)), 10'000, 500);
  EXPECT_EQ(all.at("o2").at("runs"), (Value{{"cancelled", 1}}));
}

}  // namespace
}  // namespace muster::history
