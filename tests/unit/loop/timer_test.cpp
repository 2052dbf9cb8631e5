#include "proto/loop/timer.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::loop {
namespace {

using std::chrono::milliseconds;

TEST(TimerTest, CallsOnceWhenItsTimeHasCome) {
  fakes::VirtualLoop loop;
  Timer timer(loop);
  int calls = 0;
  timer.set(milliseconds(100), [&] { ++calls; });
  loop.advance(milliseconds(99));
  EXPECT_EQ(calls, 0);
  loop.advance(milliseconds(1'000));
  EXPECT_EQ(calls, 1);
  EXPECT_FALSE(timer.is_set());
}

TEST(TimerTest, SettingItAnewReplacesWhatWasSet) {
  fakes::VirtualLoop loop;
  Timer timer(loop);
  std::string heard;
  timer.set(milliseconds(10), [&] { heard += "first"; });
  timer.set(milliseconds(20), [&] { heard += "second"; });
  loop.advance(milliseconds(100));
  EXPECT_EQ(heard, "second");
}

TEST(TimerTest, IsSilentAfterItsOwnersEnd) {
  fakes::VirtualLoop loop;
  int calls = 0;
  {
    Timer timer(loop);
    timer.set(milliseconds(10), [&] { ++calls; });
  }
  loop.advance(milliseconds(100));
  EXPECT_EQ(calls, 0);
  EXPECT_TRUE(loop.idle());
}

TEST(TimerTest, ItMaySetItselfAnew) {
  fakes::VirtualLoop loop;
  Timer timer(loop);
  int calls = 0;
  std::function<void()> again = [&] {
    if (++calls < 3) timer.set(milliseconds(10), again);
  };
  timer.set(milliseconds(10), again);
  loop.advance(milliseconds(100));
  EXPECT_EQ(calls, 3);
}

TEST(VirtualLoopTest, WhatIsDueTogetherIsCalledInTheOrderOfAsking) {
  fakes::VirtualLoop loop;
  std::string heard;
  loop.after(milliseconds(10), [&] { heard += "b"; });
  loop.after(milliseconds(5), [&] { heard += "a"; });
  loop.after(milliseconds(10), [&] { heard += "c"; });
  loop.advance(milliseconds(10));
  EXPECT_EQ(heard, "abc");
}

TEST(VirtualLoopTest, OneSeedGivesOneChance) {
  fakes::VirtualLoop one(7);
  fakes::VirtualLoop same(7);
  fakes::VirtualLoop other(8);
  const auto id = one.id();
  EXPECT_EQ(id.size(), 32U);
  EXPECT_EQ(id, same.id());
  EXPECT_NE(id, other.id());
  EXPECT_LT(one.share(), 1.0);
}

TEST(VirtualLoopTest, WaitingForWhatNeverComesEndsWithItsPatience) {
  fakes::VirtualLoop loop;
  const auto before = loop.clock().unix_ms();
  EXPECT_FALSE(loop.advance_until([] { return false; }, milliseconds(3'600'000)));
  EXPECT_EQ(loop.clock().unix_ms() - before, 3'600'000);
}

}  // namespace
}  // namespace muster::loop
