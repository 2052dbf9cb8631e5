#include "tests/swarm/loop/epoll_loop.hpp"

#include <gmock/gmock.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <thread>
#include <vector>

namespace muster::swarm {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

class EpollLoopTest : public testing::Test, public Watcher {
 protected:
  EpollLoopTest() { loop_.set_watcher(*this); }
  void on_ready(std::uint64_t tag, std::uint32_t) override {
    ready_.push_back(tag);
    loop_.stop();
  }

  base::SystemClock clock_;
  EpollLoop loop_{clock_};
  std::vector<std::uint64_t> ready_;
};

TEST_F(EpollLoopTest, TimersComeInTheOrderOfTheirTimeThenOfAsking) {
  std::vector<int> order;
  loop_.after(milliseconds(20), [&] {
    order.push_back(3);
    loop_.stop();
  });
  loop_.after(milliseconds(1), [&] { order.push_back(1); });
  loop_.after(milliseconds(1), [&] { order.push_back(2); });
  loop_.run();
  EXPECT_THAT(order, ElementsAre(1, 2, 3));
}

TEST_F(EpollLoopTest, ACancelledTimerIsNotCalled) {
  const auto id = loop_.after(milliseconds(1), [] { ADD_FAILURE() << "it was cancelled"; });
  loop_.after(milliseconds(10), [&] { loop_.stop(); });
  loop_.cancel(id);
  loop_.run();
}

TEST_F(EpollLoopTest, ATimerThatSetsItselfAtOnceLeavesSocketsTheirTurn) {
  const base::UniqueFd fd(::eventfd(1, EFD_CLOEXEC));
  ASSERT_TRUE(loop_.watch(fd.get(), EPOLLIN, 7));
  std::function<void()> again = [&] { loop_.after(milliseconds(0), again); };
  again();
  loop_.run();
  EXPECT_THAT(ready_, ElementsAre(7));
}

TEST_F(EpollLoopTest, WhatOtherThreadsPostRunsOnTheLoopInTheirOrder) {
  std::vector<int> done;
  std::thread other([&] {
    for (int i = 0; i < 1'000; ++i) loop_.post([&done, i] { done.push_back(i); });
    loop_.post([this] { loop_.stop(); });
  });
  loop_.run();
  other.join();
  ASSERT_EQ(done.size(), 1'000U);
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
}

TEST_F(EpollLoopTest, AForgottenSocketIsNotToldOf) {
  const base::UniqueFd fd(::eventfd(1, EFD_CLOEXEC));
  ASSERT_TRUE(loop_.watch(fd.get(), EPOLLIN, 7));
  loop_.forget(fd.get());
  loop_.after(milliseconds(5), [&] { loop_.stop(); });
  loop_.run();
  EXPECT_THAT(ready_, ElementsAre());
}

}  // namespace
}  // namespace muster::swarm
