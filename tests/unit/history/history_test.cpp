#include "orchestrator/history/history.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"

namespace muster::history {
namespace {

TEST(HistoryTest, WhatIsHeardIsWrittenAsideAndTold) {
  const fakes::TempFolder folder;
  fakes::FakeClock clock;
  const auto history = History::open(folder / "history.db", {}, clock).value();
  client::Record record;
  record.identity = "n1";
  record.run_id = "r";
  record.state = "running";
  record.updated_at_ms = clock.unix_ms();
  history->hear(record);
  record.state = "finished";
  history->hear(record);
  ASSERT_TRUE(history->drain(fakes::kPatience));
  EXPECT_EQ(history->of_node("n1", 10).value().at("runs").size(), 1U);
  EXPECT_EQ(history->stats(0).value().at("ended_by").size(), 1U);
}

TEST(HistoryTest, WhoWasForgottenIsNotRemembered) {
  const fakes::TempFolder folder;
  fakes::FakeClock clock;
  const auto history = History::open(folder / "history.db", {}, clock).value();
  client::Record record;
  record.identity = "n1";
  record.state = "finished";
  history->hear(record);
  ASSERT_TRUE(history->drain(fakes::kPatience));
  EXPECT_EQ(history->nodes(), std::vector<std::string>{"n1"});
  EXPECT_EQ(history->latest("n1").value().state, "finished");
  client::Record gone;
  gone.identity = "n1";
  history->hear(gone);
  ASSERT_TRUE(history->drain(fakes::kPatience));
  EXPECT_FALSE(history->latest("n1"));
}

}  // namespace
}  // namespace muster::history
