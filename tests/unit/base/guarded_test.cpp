#include "proto/base/guarded.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace muster::base {
namespace {

using namespace std::chrono_literals;

struct Counts {
  int taken = 0;
  bool closed = false;
};

TEST(GuardedValueTest, ItsValueIsMadeOfWhatItIsGiven) {
  const Guarded<std::string> text("abc");
  EXPECT_EQ(*Locked(text), "abc");
  const Guarded<Counts> counts(3, true);
  EXPECT_EQ(Locked(counts)->taken, 3);
  EXPECT_TRUE(Locked(counts)->closed);
  const Guarded<std::unique_ptr<int>> moved(std::make_unique<int>(7));
  EXPECT_EQ(**Locked(moved), 7);
}

TEST(GuardedValueTest, ManyThreadsLoseNoChange) {
  constexpr int kThreads = 4;
  constexpr int kEach = 1'000;
  Guarded<Counts> counts;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i)
    threads.emplace_back([&counts] {
      for (int n = 0; n < kEach; ++n) counts.with_lock([](Counts& value) { ++value.taken; });
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(Locked(counts)->taken, kThreads * kEach);
}

TEST(GuardedValueTest, WhatIsDoneWithTheLockGivesItsResultByValue) {
  Guarded<std::string> text("abc");
  auto copy = text.with_lock([](std::string& value) -> std::string& { return value; });
  copy += "d";
  EXPECT_EQ(*Locked(text), "abc");
  const auto& read_only = text;
  EXPECT_EQ(read_only.with_lock([](const std::string& value) { return value.size(); }), 3U);
}

TEST(GuardedValueTest, WhoWaitsForAConditionLetsOthersMakeItTrue) {
  Guarded<Counts> counts;
  std::condition_variable changed;
  std::thread closer([&] {
    counts.with_lock([](Counts& value) { value.closed = true; });
    changed.notify_all();
  });
  {
    Locked value(counts);
    value.wait(changed, [&] { return value->closed; });
    EXPECT_TRUE(value->closed);
  }
  closer.join();
}

TEST(GuardedValueTest, AWaitEndsAtItsDeadlineWithTheLockHeld) {
  Guarded<Counts> counts;
  std::condition_variable changed;
  Locked value(counts);
  EXPECT_FALSE(value.wait_for(changed, 1ms, [&] { return value->closed; }));
  EXPECT_FALSE(value.wait_until(changed, std::chrono::steady_clock::now() + 1ms,
                                [&] { return value->closed; }));
  value->taken = 1;
  EXPECT_EQ(value->taken, 1);
}

TEST(GuardedValueTest, AConstantOneIsOnlyRead) {
  static_assert(
      std::is_same_v<decltype(*Locked(std::declval<const Guarded<Counts>&>())), const Counts&>);
  static_assert(!std::is_copy_constructible_v<Guarded<Counts>>);
  static_assert(!std::is_move_constructible_v<Guarded<Counts>>);
}

}  // namespace
}  // namespace muster::base
