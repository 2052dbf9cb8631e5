#include "proto/loop/task.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "proto/loop/answer.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::loop {
namespace {

using std::chrono::milliseconds;

// What a coroutine of these tests does, in order.
struct Diary {
  std::vector<std::string> lines;
  std::function<void(int)> give;  // the answer that is waited for

  void answer(int number) { std::exchange(give, {})(number); }
};

struct Leaves {
  Diary& diary;
  ~Leaves() { diary.lines.emplace_back("let go"); }
};

Task<int> ask(Diary& diary) {
  const Leaves leaves{diary};
  diary.lines.emplace_back("asks");
  const auto answer = co_await Answer<int>([&](auto give) { diary.give = std::move(give); });
  diary.lines.push_back("heard " + std::to_string(answer));
  co_return answer;
}

Task<int> twice(Diary& diary) {
  const auto first = co_await ask(diary);
  const auto second = co_await ask(diary);
  co_return first + second;
}

Task<int> fails() {
  throw std::runtime_error("no luck");
  co_return 0;
}

Task<int> hands_on() {
  co_return co_await fails();
}

Task<int> is_told_at_once() {
  co_return co_await Answer<int>([](auto give) { give(7); });
}

TEST(TaskTest, NothingHappensBeforeItIsStarted) {
  Diary diary;
  const auto task = ask(diary);
  EXPECT_THAT(diary.lines, testing::IsEmpty());
  EXPECT_FALSE(task.ended());
}

TEST(TaskTest, ItReadsFromTopToBottomAcrossItsWaits) {
  Diary diary;
  auto task = twice(diary);
  bool told = false;
  task.start([&] { told = true; });
  diary.answer(1);
  EXPECT_FALSE(told);
  diary.answer(2);
  EXPECT_TRUE(told);
  EXPECT_EQ(task.take(), 3);
  EXPECT_THAT(diary.lines,
              testing::ElementsAre("asks", "heard 1", "let go", "asks", "heard 2", "let go"));
}

TEST(TaskTest, OneThatIsDroppedLetsGoWhatItHolds) {
  Diary diary;
  {
    auto task = twice(diary);
    task.start([] {});
  }
  EXPECT_THAT(diary.lines, testing::ElementsAre("asks", "let go"));
  diary.answer(1);  // nobody waits any more
  EXPECT_EQ(diary.lines.size(), 2U);
}

TEST(TaskTest, AnAnswerThatComesTwiceCountsOnce) {
  Diary diary;
  auto task = ask(diary);
  task.start([] {});
  const auto give = diary.give;
  give(1);
  give(2);
  EXPECT_EQ(task.take(), 1);
}

TEST(TaskTest, AnAnswerThatIsThereAtOnceIsTaken) {
  auto task = is_told_at_once();
  task.start([] {});
  ASSERT_TRUE(task.ended());
  EXPECT_EQ(task.take(), 7);
}

TEST(TaskTest, WhatIsThrownReachesWhoTakesTheResult) {
  auto task = hands_on();
  task.start([] {});
  ASSERT_TRUE(task.ended());
  EXPECT_THROW(task.take(), std::runtime_error);
}

TEST(TaskTest, ItMayBeDestroyedWhenItTellsOfItsEnd) {
  Diary diary;
  auto task = std::make_unique<Task<int>>(ask(diary));
  task->start([&] { task.reset(); });
  diary.answer(1);
  EXPECT_EQ(task, nullptr);
}

Task<int> waits(Timers& timers, int times) {
  for (int done = 0; done < times; ++done)
    co_await Answer<int>([&](auto give) { timers.after(milliseconds(1), [give] { give(0); }); });
  co_return times;
}

TEST(TaskTest, TenThousandWaitSideBySide) {
  fakes::VirtualLoop loop;
  std::vector<Task<int>> tasks;
  for (int each = 0; each < 10'000; ++each) tasks.push_back(waits(loop, 10));
  int ended = 0;
  for (auto& task : tasks) task.start([&] { ++ended; });
  loop.advance(milliseconds(9));
  EXPECT_EQ(ended, 0);
  loop.advance(milliseconds(1));
  EXPECT_EQ(ended, 10'000);
}

}  // namespace
}  // namespace muster::loop
