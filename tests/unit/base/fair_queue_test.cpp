#include "proto/base/fair_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace muster::base {
namespace {

using testing::ElementsAre;
using Queue = FairQueue<std::string>;

std::vector<std::string> drained(Queue& queue) {
  queue.close();
  std::vector<std::string> out;
  while (auto item = queue.pop()) out.push_back(*item);
  return out;
}

TEST(FairQueueTest, OneSendersItemsKeepTheirOrder) {
  Queue queue({.items = 10, .per_sender = 10});
  for (const auto* item : {"1", "2", "3"}) ASSERT_TRUE(queue.push("a", item).taken);
  EXPECT_THAT(drained(queue), ElementsAre("1", "2", "3"));
}

TEST(FairQueueTest, WhoSendsOneWaitsForOneOfTheFloodAndNotForAll) {
  Queue queue({.items = 1'000, .per_sender = 500});
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(queue.push("flood", "f").taken);
  ASSERT_TRUE(queue.push("alice", "a").taken);
  EXPECT_EQ(queue.pop(), "f");
  EXPECT_EQ(queue.pop(), "a");
}

TEST(FairQueueTest, WhoIsOverTheirLimitLosesAndIsNamed) {
  Queue queue({.items = 10, .per_sender = 2});
  EXPECT_TRUE(queue.push("flood", "1").taken);
  EXPECT_TRUE(queue.push("flood", "2").taken);
  const auto third = queue.push("flood", "3");
  EXPECT_FALSE(third.taken);
  EXPECT_EQ(third.lost, "flood");
  EXPECT_TRUE(queue.push("alice", "a").taken);
  EXPECT_THAT(drained(queue), ElementsAre("1", "a", "2"));
}

TEST(FairQueueTest, WhoLostAllHasNoTurnLeftToAddToTheNext) {
  Queue queue({.items = 100, .per_sender = 10, .bytes = 10, .bytes_per_sender = 10});
  ASSERT_TRUE(queue.push("big", "B1", 9).taken);
  ASSERT_TRUE(queue.push("alice", "a", 1).taken);
  ASSERT_EQ(queue.push("bob", "b", 4).lost, "big");
  ASSERT_TRUE(queue.push("big", "B2", 4).taken);
  ASSERT_TRUE(queue.push("big", "B3", 1).taken);
  EXPECT_THAT(drained(queue), ElementsAre("a", "b", "B2", "B3"));
}

TEST(FairQueueTest, AFullQueueTakesFromWhoHasTheMost) {
  Queue queue({.items = 6, .per_sender = 5});
  for (const auto* item : {"1", "2", "3", "4", "5"}) queue.push("flood", item);
  queue.push("bob", "b");
  const auto alice = queue.push("alice", "a");
  EXPECT_TRUE(alice.taken);
  EXPECT_EQ(alice.lost, "flood");
  const auto more = queue.push("flood", "6");
  EXPECT_FALSE(more.taken) << "the one with the most displaces nobody";
  EXPECT_EQ(more.lost, "flood");
  EXPECT_THAT(drained(queue), ElementsAre("1", "b", "a", "2", "3", "4"));
}

TEST(FairQueueTest, ManySendersWithOneItemEachDisplaceNobody) {
  Queue queue({.items = 3, .per_sender = 2});
  for (const auto* sender : {"a", "b", "c"}) ASSERT_TRUE(queue.push(sender, sender).taken);
  const auto fourth = queue.push("d", "d");
  EXPECT_FALSE(fourth.taken);
  EXPECT_EQ(fourth.lost, "d");
}

TEST(FairQueueTest, BytesHaveTheirLimitsToo) {
  Queue queue({.items = 100, .per_sender = 100, .bytes = 100, .bytes_per_sender = 80});
  EXPECT_TRUE(queue.push("flood", "1", 40).taken);
  EXPECT_TRUE(queue.push("flood", "2", 40).taken);
  EXPECT_FALSE(queue.push("flood", "3", 1).taken) << "over its own 80";
  const auto alice = queue.push("alice", "a", 30);
  EXPECT_TRUE(alice.taken) << "the largest makes room";
  EXPECT_EQ(alice.lost, "flood");
  EXPECT_FALSE(queue.push("bob", "b", 101).taken);
  EXPECT_THAT(drained(queue), ElementsAre("1", "a"));
}

TEST(FairQueueTest, AMarkComesAfterWhatWaitsAndBeforeWhatComes) {
  Queue queue({.items = 100, .per_sender = 100});
  for (const auto* item : {"1", "2", "3"}) queue.push("flood", item);
  ASSERT_TRUE(queue.push_mark("mark"));
  queue.push("alice", "a");
  queue.push("flood", "4");
  ASSERT_TRUE(queue.push_mark("second"));
  EXPECT_EQ(queue.size(), 7U);
  EXPECT_THAT(drained(queue), ElementsAre("1", "2", "3", "mark", "a", "4", "second"));
}

TEST(FairQueueTest, WhatIsDisplacedBeforeAMarkLeavesTheRestInOrder) {
  Queue queue({.items = 3, .per_sender = 3});
  queue.push("flood", "1");
  queue.push("flood", "2");
  queue.push_mark("mark");
  queue.push("flood", "3");
  EXPECT_TRUE(queue.push("alice", "a").taken);
  EXPECT_THAT(drained(queue), ElementsAre("1", "2", "mark", "a"));
}

TEST(FairQueueTest, AClosedQueueTakesNothingAndGivesWhatItHas) {
  Queue queue({});
  queue.push("a", "1");
  queue.close();
  EXPECT_FALSE(queue.push("a", "2").taken);
  EXPECT_FALSE(queue.push_mark("m"));
  EXPECT_EQ(queue.pop(), "1");
  EXPECT_EQ(queue.pop(), std::nullopt);
}

TEST(FairQueueTest, OfManyThreadsNothingIsLostWithinTheLimits) {
  FairQueue<int> queue({.items = 100'000, .per_sender = 10'000});
  std::atomic<int> sum{0};
  std::thread consumer([&] {
    while (auto item = queue.pop()) sum += *item;
  });
  std::vector<std::thread> producers;
  for (int p = 0; p < 4; ++p)
    producers.emplace_back([&queue, name = std::to_string(p)] {
      for (int i = 0; i < 5'000; ++i) queue.push(name, 1);
    });
  for (auto& producer : producers) producer.join();
  queue.close();
  consumer.join();
  EXPECT_EQ(sum, 20'000);
}

TEST(FairQueueTest, WhoDoesNotWaitGetsWhatIsThereOrNothing) {
  Queue queue({.items = 10, .per_sender = 10});
  EXPECT_FALSE(queue.try_pop());
  queue.push("alice", "one");
  EXPECT_EQ(queue.try_pop(), "one");
  EXPECT_FALSE(queue.try_pop());
}

TEST(FairQueueTest, WhoMayNotNowKeepsItsTurnAndNobodyPassesAMark) {
  Queue queue({.items = 10, .per_sender = 10});
  const auto not_alice = [](const std::string& sender) { return sender != "alice"; };
  queue.push("alice", "a1");
  queue.push("bob", "b1");
  queue.push_mark("mark");
  queue.push("bob", "b2");
  EXPECT_EQ(queue.try_pop_of(not_alice), "b1");
  EXPECT_FALSE(queue.try_pop_of(not_alice));
  EXPECT_EQ(queue.size(), 3U);
  EXPECT_EQ(queue.try_pop(), "a1");
  EXPECT_EQ(queue.try_pop_of(not_alice), "mark");
  EXPECT_EQ(queue.try_pop_of(not_alice), "b2");
}

TEST(FairQueueTest, WhoWaitsForAWhileGetsWhatCameOrNothing) {
  FairQueue<int> queue({.items = 10});
  EXPECT_EQ(queue.pop_for(std::chrono::milliseconds(1)), std::nullopt);
  EXPECT_TRUE(queue.push("a", 7).taken);
  EXPECT_EQ(queue.pop_for(std::chrono::milliseconds(1)), 7);
  EXPECT_FALSE(queue.closed());
  queue.close();
  EXPECT_TRUE(queue.closed());
  EXPECT_EQ(queue.pop_for(std::chrono::hours(1)), std::nullopt);
}

}  // namespace
}  // namespace muster::base
