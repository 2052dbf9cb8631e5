#include <gmock/gmock.h>

#include "tests/unit/directory/directory_lab.hpp"

namespace muster::transport {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

class WatchingTest : public testing::Test {
 protected:
  void keep(int count) {
    for (int number = 0; number < count; ++number)
      lab_.broker.publish("t/" + std::to_string(number), "x");
    lab_.wait(milliseconds(1));
  }
  Directory::Id watch() {
    return lab_.directory->watch(
        "t/+", {.on_entry = [this](const Message& entry) { entries_[entry.topic] = entry.payload; },
                .on_lost = [this] { ++lost_; },
                .on_complete = [this](const Snapshot& all) { complete_.push_back(all); },
                .expected = [this] { return expected_; },
                .on_subscribed = {}});
  }
  // Until the directory says that it has all; how long that took.
  std::optional<milliseconds> completes_after() {
    const auto before = lab_.loop.clock().steady();
    const auto count = complete_.size();
    if (!lab_.loop.advance_until([&] { return complete_.size() > count; }, milliseconds(60'000)))
      return std::nullopt;
    return std::chrono::duration_cast<milliseconds>(lab_.loop.clock().steady() - before);
  }

  DirectoryLab lab_;
  std::map<std::string, std::string> entries_;
  std::vector<Snapshot> complete_;
  std::optional<std::size_t> expected_;
  int lost_ = 0;
};

TEST_F(WatchingTest, AGoodBrokersEntriesAreCompleteAtOnce) {
  keep(50);
  watch();
  EXPECT_EQ(completes_after(), milliseconds(20));
  EXPECT_EQ(complete_.back().entries, 50U);
  EXPECT_TRUE(complete_.back().sure());
  EXPECT_EQ(entries_.size(), 50U);
}

TEST_F(WatchingTest, NothingIsCompleteTooAndChangesFollow) {
  watch();
  ASSERT_TRUE(completes_after());
  EXPECT_EQ(complete_.back().entries, 0U);
  lab_.broker.publish("t/1", "x");
  lab_.wait(milliseconds(1));
  EXPECT_EQ(entries_["t/1"], "x");
  lab_.broker.publish("t/1", "");
  lab_.wait(milliseconds(1));
  EXPECT_EQ(entries_["t/1"], "");
}

TEST_F(WatchingTest, AStockMosquittosLossIsMadeGoodAndStaysADoubt) {
  keep(12'500);
  lab_.broker.habits.queue = 1'020;
  watch();
  ASSERT_TRUE(completes_after());
  EXPECT_EQ(complete_.back().entries, 12'500U);
  EXPECT_FALSE(complete_.back().sure());
}

TEST_F(WatchingTest, ABrokerThatStopsAfterAThousandAndSaysNothingIsNoticed) {
  keep(12'500);
  lab_.broker.habits.queue = 1'000;
  lab_.broker.habits.drops_what_follows = false;
  watch();
  ASSERT_TRUE(completes_after());
  EXPECT_EQ(complete_.back().entries, 12'500U);  // as it gave others when asked in another way
}

TEST_F(WatchingTest, WhatStaysLostIsSaid) {
  keep(3'000);
  lab_.broker.habits.queue = 1'020;
  lab_.broker.habits.queue_at_most_once = 2'000;
  watch();
  ASSERT_TRUE(completes_after());
  EXPECT_EQ(complete_.back().entries, 2'000U);
  EXPECT_FALSE(complete_.back().sure());
}

TEST_F(WatchingTest, AnEntryTooFewByTheirOwnCountIsADoubt) {
  keep(3);
  expected_ = 4;
  watch();
  ASSERT_TRUE(completes_after());
  EXPECT_THAT(complete_.back().doubt, testing::HasSubstr("3 of 4"));
}

TEST_F(WatchingTest, ALateMarkOfAClusterOnlyTakesLonger) {
  keep(5);
  lab_.broker.habits.others_late = milliseconds(1'000);
  watch();
  EXPECT_EQ(completes_after(), milliseconds(1'020));
  EXPECT_TRUE(complete_.back().sure());
}

TEST_F(WatchingTest, EntriesBehindTheMarkMakeTheNextLinkWaitLonger) {
  keep(5);
  lab_.broker.habits.kept_late = milliseconds(100);
  watch();
  EXPECT_EQ(completes_after(), milliseconds(20));
  lab_.wait(milliseconds(500));
  EXPECT_EQ(entries_.size(), 5U);
  lab_.broker.drop();
  lab_.broker.restore();
  EXPECT_EQ(completes_after(), milliseconds(300));  // 100, and ten times 20
  EXPECT_EQ(complete_.back().entries, 5U);
}

TEST_F(WatchingTest, EachLinkIsCompleteOnItsOwn) {
  keep(5);
  watch();
  ASSERT_TRUE(completes_after());
  lab_.broker.drop();
  lab_.loop.run_due();
  EXPECT_EQ(lost_, 1);
  lab_.wait(milliseconds(10'000));
  EXPECT_EQ(complete_.size(), 1U);
  lab_.broker.restore(true);
  ASSERT_TRUE(completes_after());
  EXPECT_EQ(complete_.back().entries, 0U);
}

TEST_F(WatchingTest, ALinkLostWhileItIsAskedForAgainBeginsAnew) {
  keep(1'050);
  watch();
  lab_.wait(milliseconds(25));  // the second asking is on its way
  EXPECT_THAT(complete_, ElementsAre());
  lab_.broker.drop();
  lab_.wait(milliseconds(5'000));
  lab_.broker.restore();
  ASSERT_TRUE(completes_after());
  EXPECT_EQ(complete_.back().entries, 1'050U);
}

TEST_F(WatchingTest, WhoEndsAWatchHearsNothingMore) {
  const auto id = watch();
  keep(1);
  lab_.directory->unwatch(id);
  lab_.wait(milliseconds(10'000));
  EXPECT_THAT(complete_, ElementsAre());
}

TEST_F(WatchingTest, AFilterThatOverlapsAnotherIsRefused) {
  watch();
  Status answer;
  lab_.directory->watch("t/#", {.on_entry = {},
                                .on_lost = {},
                                .on_complete = {},
                                .expected = {},
                                .on_subscribed = [&](const Status& its) { answer = its; }});
  lab_.wait(milliseconds(0));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::config);
}

}  // namespace
}  // namespace muster::transport
