#include "proto/loop/bells.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "proto/loop/elsewhere.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::loop {
namespace {

using namespace std::chrono_literals;

class BellsTest : public testing::Test {
 protected:
  fakes::VirtualLoop loop_;
  Waits waits_{loop_};
  Bells bells_{waits_};
};

TEST_F(BellsTest, ARingWakesAllThatWaitForThatNameOnce) {
  int woken = 0;
  std::vector<Task<Woken>> tasks;
  for (const auto* name : {"web1", "web1", "web2"}) {
    tasks.push_back(bells_.heard(name, 1h));
    tasks.back().start([&woken] { ++woken; });
  }
  bells_.ring("web1");
  bells_.ring("web3");
  loop_.advance(0ms);
  EXPECT_EQ(woken, 2);
  EXPECT_FALSE(tasks.back().ended());
  EXPECT_EQ(tasks.front().take(), Woken::told);
}

TEST_F(BellsTest, WhoCameFirstGoesOnFirst) {
  constexpr int kMany = 100;
  std::vector<Task<Woken>> tasks(kMany);
  std::vector<int> woken;
  for (int each = 0; each < kMany; ++each) {
    tasks[static_cast<std::size_t>(each)] = bells_.heard("web1", 1h);
    tasks[static_cast<std::size_t>(each)].start([&woken, each] { woken.push_back(each); });
  }
  bells_.ring("web1");
  loop_.advance(0ms);
  EXPECT_EQ(woken.size(), tasks.size());
  EXPECT_TRUE(std::is_sorted(woken.begin(), woken.end()));
}

TEST_F(BellsTest, WhoWasDroppedIsNotWoken) {
  {
    auto task = bells_.heard("web1", 1h);
    task.start([] {});
  }
  bells_.ring("web1");
  EXPECT_TRUE(loop_.idle());
}

TEST_F(BellsTest, WorkBesideTheLoopGivesItsResultAlsoWhenWeStop) {
  auto task = on_executor<Result<int>>(loop_, waits_, [] { return Result<int>(7); });
  Result<int> given = 0;
  task.start([&] { given = task.take(); });
  waits_.stop();
  loop_.advance(0ms);
  EXPECT_EQ(given.value(), 7);
}

TEST_F(BellsTest, WorkOfAStoryThatIsDroppedIsDoneAndForgotten) {
  bool done = false;
  {
    auto task = on_executor<Status>(loop_, waits_, [&done] {
      done = true;
      return Status{};
    });
    task.start([] {});
  }
  loop_.run_due();
  EXPECT_TRUE(done);
}

}  // namespace
}  // namespace muster::loop
