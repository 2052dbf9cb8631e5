#include "proto/base/bounded_queue.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "tests/support/fakes/wait_until.hpp"

namespace muster::base {
namespace {

using namespace std::chrono_literals;

TEST(BoundedQueueTest, ItemsComeOutInOrder) {
  BoundedQueue<int> queue(3);
  EXPECT_TRUE(queue.try_push(1));
  EXPECT_TRUE(queue.try_push(2));
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop(), 2);
}

TEST(BoundedQueueTest, FullQueueRefusesUntilSomethingIsTaken) {
  BoundedQueue<int> queue(1);
  EXPECT_TRUE(queue.try_push(1));
  EXPECT_FALSE(queue.try_push(2));
  EXPECT_EQ(queue.size(), 1U);
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_TRUE(queue.try_push(3));
}

TEST(BoundedQueueTest, ItemsThatOnlyMoveAreWelcome) {
  BoundedQueue<std::unique_ptr<int>> queue(1);
  EXPECT_TRUE(queue.try_push(std::make_unique<int>(5)));
  const auto item = queue.pop();
  ASSERT_TRUE(item);
  EXPECT_EQ(**item, 5);
}

TEST(BoundedQueueTest, ClosedQueueIsDrainedAndRefusesMore) {
  BoundedQueue<int> queue(2);
  EXPECT_TRUE(queue.try_push(1));
  queue.close();
  EXPECT_TRUE(queue.closed());
  EXPECT_FALSE(queue.try_push(2));
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop(), std::nullopt);
}

TEST(BoundedQueueTest, PopForGivesUpWhenItsPatienceEnds) {
  BoundedQueue<int> queue(1);
  EXPECT_EQ(queue.pop_for(1ms), std::nullopt);
}

TEST(BoundedQueueTest, CloseWakesEveryWaitingConsumer) {
  BoundedQueue<int> queue(1);
  std::atomic<int> ended{0};
  std::vector<std::thread> consumers;
  for (int i = 0; i < 4; ++i)
    consumers.emplace_back([&] {
      EXPECT_EQ(queue.pop(), std::nullopt);
      ++ended;
    });
  queue.close();
  EXPECT_TRUE(fakes::wait_until([&] { return ended == 4; }));
  for (auto& consumer : consumers) consumer.join();
}

TEST(BoundedQueueTest, NothingIsLostOrDoubledBetweenManyThreads) {
  constexpr int kProducers = 4;
  constexpr int kItems = 2000;
  BoundedQueue<int> queue(16);
  std::atomic<std::int64_t> sum{0};
  std::atomic<int> taken{0};
  std::vector<std::thread> producers;
  std::vector<std::thread> consumers;
  for (int p = 0; p < kProducers; ++p)
    producers.emplace_back([&queue] {
      for (int i = 1; i <= kItems; ++i)
        while (!queue.try_push(i)) std::this_thread::yield();
    });
  for (int c = 0; c < 3; ++c)
    consumers.emplace_back([&] {
      while (const auto item = queue.pop()) {
        sum += *item;
        ++taken;
      }
    });
  for (auto& producer : producers) producer.join();
  queue.close();
  for (auto& consumer : consumers) consumer.join();
  EXPECT_EQ(taken, kProducers * kItems);
  EXPECT_EQ(sum, std::int64_t{kProducers} * kItems * (kItems + 1) / 2);
}

}  // namespace
}  // namespace muster::base
