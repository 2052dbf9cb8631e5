#include "proto/loop/real/event_loop.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <future>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "proto/loop/real/loop_thread.hpp"
#include "proto/loop/real/system_random.hpp"
#include "proto/loop/real/thread_pool.hpp"

namespace muster::loop {
namespace {

using std::chrono::milliseconds;

class EventLoopTest : public testing::Test {
 protected:
  base::SystemClock clock_;
  EventLoop loop_{clock_};
};

TEST_F(EventLoopTest, TasksOfManyThreadsRunOneAfterTheOtherEachThreadsInOrder) {
  std::vector<std::vector<int>> heard(4);
  std::vector<std::thread> threads;
  for (std::size_t from = 0; from < heard.size(); ++from)
    threads.emplace_back([this, &heard, from] {
      for (int number = 0; number < 1'000; ++number)
        EXPECT_TRUE(loop_.post([&heard, from, number] { heard[from].push_back(number); }));
    });
  std::thread ending([&] {
    for (auto& thread : threads) thread.join();
    loop_.stop();
  });
  loop_.run();
  ending.join();
  for (const auto& numbers : heard) {
    EXPECT_EQ(numbers.size(), 1'000U);
    EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
  }
}

// Or whoever waits for it would wait for ever.
TEST_F(EventLoopTest, WhatIsPostedOnceItHasEndedIsDropped) {
  loop_.stop();
  loop_.run();
  auto done = std::make_shared<std::promise<void>>();
  const auto is_done = done->get_future();
  EXPECT_TRUE(loop_.post([done = std::move(done)] { done->set_value(); }));
  EXPECT_EQ(is_done.wait_for(milliseconds(0)), std::future_status::ready) << "it is broken";
}

TEST(LoopThreadTest, WhoAsksALoopThatHasEndedIsToldSo) {
  const base::SystemClock clock;
  LoopThread thread(clock);
  thread.start("ends");
  thread.stop();
  const auto told =
      thread.wait_for<base::Status>([]() -> Task<base::Status> { co_return base::Status{}; });
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code, base::Errc::unavailable);
  EXPECT_EQ(thread.wait_for<int>([]() -> Task<int> { co_return 7; }), 0);
}

TEST_F(EventLoopTest, ItKnowsWhetherWeAreOnIt) {
  EXPECT_FALSE(loop_.is_here()) << "nobody serves it";
  bool on_it = false;
  std::promise<void> asked;
  std::thread serving([this] { loop_.run(); });
  ASSERT_TRUE(loop_.post([&] {
    on_it = loop_.is_here();
    asked.set_value();
  }));
  asked.get_future().wait();
  EXPECT_TRUE(on_it);
  EXPECT_FALSE(loop_.is_here()) << "another thread does";
  loop_.stop();
  serving.join();
}

TEST_F(EventLoopTest, TimersAreCalledInTheOrderOfTheirTimes) {
  std::string heard;
  loop_.after(milliseconds(500), [&] {  // also on a slow machine after the next two
    heard += "c";
    loop_.stop();
  });
  loop_.after(milliseconds(10), [&] { heard += "b"; });
  const auto cancelled = loop_.after(milliseconds(5), [&] { heard += "never"; });
  loop_.after(milliseconds(-5), [&] { heard += "a"; });
  loop_.cancel(cancelled);
  loop_.run();
  EXPECT_EQ(heard, "abc");
}

TEST_F(EventLoopTest, OneThatAlwaysSetsItselfAnewLetsTasksPass) {
  std::function<void()> again = [&] { loop_.after(milliseconds(0), again); };
  loop_.after(milliseconds(0), again);
  std::thread other([this] { EXPECT_TRUE(loop_.post([this] { loop_.stop(); })); });
  loop_.run();
  other.join();
}

TEST_F(EventLoopTest, AStoppedLoopDoesWhatWasPostedBefore) {
  bool done = false;
  EXPECT_TRUE(loop_.post([&] { done = true; }));
  loop_.stop();
  loop_.run();
  EXPECT_TRUE(done);
}

TEST_F(EventLoopTest, WorkIsDoneBesideTheLoopAndItsResultOnIt) {
  const auto own = std::this_thread::get_id();
  std::thread::id worked;
  std::thread::id told;
  ThreadPool pool(loop_, "pool", 2, 10);
  ASSERT_TRUE(pool.run([&]() -> Executor::Then {
    worked = std::this_thread::get_id();
    return [&] {
      told = std::this_thread::get_id();
      loop_.stop();
    };
  }));
  loop_.run();
  EXPECT_NE(worked, own);
  EXPECT_EQ(told, own);
}

TEST_F(EventLoopTest, WithoutALoopTheThreadThatWorkedGoesOnWithTheResult) {
  std::promise<std::thread::id> worked;
  std::promise<std::thread::id> told;
  ThreadPool pool("pool", 1, 10);
  ASSERT_TRUE(pool.run([&]() -> Executor::Then {
    worked.set_value(std::this_thread::get_id());
    return [&] { told.set_value(std::this_thread::get_id()); };
  }));
  EXPECT_EQ(worked.get_future().get(), told.get_future().get());
}

TEST_F(EventLoopTest, MoreWorkThanMayWaitIsRefused) {
  ThreadPool pool(loop_, "pool", 0, 2);
  const auto nothing = [] { return Executor::Then(); };
  EXPECT_TRUE(pool.run(nothing));
  EXPECT_TRUE(pool.run(nothing));
  const auto third = pool.run(nothing);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, Errc::limit);
}

TEST(SystemRandomTest, IdsAreNeverTheSame) {
  SystemRandom random;
  std::set<std::string> ids;
  for (int each = 0; each < 100; ++each) ids.insert(random.id());
  EXPECT_EQ(ids.size(), 100U);
  EXPECT_GE(random.share(), 0.0);
  EXPECT_LT(random.share(), 1.0);
}

}  // namespace
}  // namespace muster::loop
