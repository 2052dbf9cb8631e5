// Before a link is left for good: what is waited for, for how long, and who hears what.
#include "node-agent/core/wind_up.hpp"

#include "tests/unit/core/desk_lab.hpp"

namespace muster::agent {
namespace {

using namespace std::chrono_literals;

class WindUpTest : public DeskLab {
 protected:
  WindUpTest() {
    open(std::make_unique<TestAgent>("echo"));
    wind_up_.emplace(host_, *desk_);
  }
  void wait(std::chrono::milliseconds patience) {
    wind_up_->wait(patience, [this] { ++done_; });
  }
  // What the node does when a request is over.
  void look() {
    wind_up_->look();
    loop_.advance(0ms);
  }
  // A request whose action has run, and has not come back to the loop.
  std::string running() {
    auto id = take();
    executor_->run_first();
    return id;
  }

  fakes::FakeHost host_{loop_};
  std::optional<WindUp> wind_up_;
  int done_ = 0;
};

TEST_F(WindUpTest, WithNothingToWaitForItGoesOnAtOnceButNotWithinTheCall) {
  wait(5s);
  EXPECT_EQ(done_, 0) << "whoever asked is still in the middle of something";
  loop_.advance(0ms);
  EXPECT_EQ(done_, 1);
}

TEST_F(WindUpTest, WhatRunsIsWaitedForUntilItHasComeBack) {
  running();
  wait(5s);
  look();
  EXPECT_EQ(done_, 0) << "it runs still";
  executor_->give_back();
  look();
  EXPECT_EQ(done_, 1);
}

TEST_F(WindUpTest, RequestsThatHaveComeAndAreNotJudgedAreWaitedFor) {
  host_.waiting = 1;
  wait(5s);
  look();
  EXPECT_EQ(done_, 0);
  host_.waiting = 0;
  look();
  EXPECT_EQ(done_, 1);
}

TEST_F(WindUpTest, PatienceEndsAndWhatIsOverLaterChangesNothing) {
  running();
  wait(5s);
  loop_.advance(5s - 1ms);
  EXPECT_EQ(done_, 0);
  loop_.advance(1ms);
  EXPECT_EQ(done_, 1);
  executor_->give_back();
  look();
  EXPECT_EQ(done_, 1) << "once";
}

TEST_F(WindUpTest, WhoIsNotWaitedForHearsOfItBeforeTheLinkIsLeft) {
  const auto id = running();
  std::size_t told = 0;
  wind_up_->begin(End::stopped, [&] { told = replies(id); });
  loop_.advance(kReplyPatience);
  EXPECT_EQ(told, 1U);
}

TEST_F(WindUpTest, NothingNewIsBegunFromThenOn) {
  running();
  wind_up_->begin(End::stopped, [] {});
  const auto late = take();
  EXPECT_EQ(executor_->waiting(), 0U);
  EXPECT_EQ(replies(late), 1U) << "it hears busy, and may ask another";
  EXPECT_EQ(around_.statistics.busy, 1U);
}

TEST_F(WindUpTest, AReloadNeedNotHurryAndSaysThatItWaits) {
  running();
  wind_up_->begin(End::reload, [this] { ++done_; });
  EXPECT_TRUE(host_.says("reloading, once what runs has ended"));
  loop_.advance(kReloadPatience - 1ms);
  EXPECT_EQ(done_, 0);
  loop_.advance(1ms);
  EXPECT_EQ(done_, 1);
}

TEST_F(WindUpTest, AStopIsNoReload) {
  wind_up_->begin(End::stopped, [] {});
  EXPECT_TRUE(host_.statuses.empty());
}

TEST_F(WindUpTest, AStopDuringAReloadHasItsOwnPatienceAndEndsAlone) {
  running();
  int reloads = 0;
  wind_up_->begin(End::reload, [&] { ++reloads; });
  loop_.advance(10s);
  wind_up_->begin(End::stopped, [this] { ++done_; });
  loop_.advance(kReplyPatience);
  EXPECT_EQ(done_, 1);
  loop_.advance(kReloadPatience);
  EXPECT_EQ(reloads, 0);
}

}  // namespace
}  // namespace muster::agent
