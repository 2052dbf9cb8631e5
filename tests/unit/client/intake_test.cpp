#include "orchestrator/client/intake.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "proto/loop/real/thread_pool.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::client {
namespace {

using namespace std::chrono_literals;

constexpr base::FairLimits kLimits{.items = 10'000, .per_sender = 10'000};

// One that has to be waited for, by a deadline.
class Gate {
 public:
  void open() { promise_.set_value(); }
  bool passed() const { return future_.wait_for(20s) == std::future_status::ready; }

 private:
  std::promise<void> promise_;
  const std::shared_future<void> future_ = promise_.get_future().share();
};

class IntakeTest : public testing::Test {
 protected:
  static constexpr std::size_t kThreads = 4;

  ~IntakeTest() override {
    if (intake_) intake_->stop();
  }
  Intake& start(base::FairLimits limits = kLimits) {
    intake_ = Intake::make("items", limits, {pool_, kThreads});
    return *intake_;
  }
  Intake::Verify item(std::string name) {
    return [this, name] { return [this, name] { taken_in_.push_back(name); }; };
  }

  // By those that take in, one at a time; to be read after drain().
  std::vector<std::string> taken_in_;
  loop::ThreadPool pool_{"verifier", kThreads, 100};
  std::shared_ptr<Intake> intake_;
};

TEST_F(IntakeTest, ItemsAreTakenInInTheOrderOfPosting) {
  auto& intake = start();
  std::vector<std::string> posted;
  for (int i = 0; i < 2'000; ++i) {
    posted.push_back(std::to_string(i));
    intake.post("alice", item(posted.back()), 1);
  }
  ASSERT_TRUE(intake.drain(20s));
  EXPECT_EQ(taken_in_, posted);
}

TEST_F(IntakeTest, SeveralAreVerifiedAtOnceAndTheLaterOnesWaitForTheFirst) {
  auto& intake = start();
  Gate second;
  intake.post(
      "alice",
      [&] {
        EXPECT_TRUE(second.passed()) << "the second is not verified beside the first";
        return [&] { taken_in_.emplace_back("first"); };
      },
      1);
  intake.post(
      "bob",
      [&] {
        second.open();
        return [&] { taken_in_.emplace_back("second"); };
      },
      1);
  ASSERT_TRUE(intake.drain(20s));
  EXPECT_EQ(taken_in_, (std::vector<std::string>{"first", "second"}));
}

TEST_F(IntakeTest, NoMoreThanItsShareIsVerifiedAhead) {
  auto& intake = start();
  Gate release;
  Gate full;
  std::atomic<std::size_t> verified{0};
  intake.post(
      "alice", [&] { return [&] { EXPECT_TRUE(release.passed()); }; }, 1);
  const auto one = [&] {
    if (++verified == kVerifiedAhead - 1) full.open();
    return Intake::TakeIn{};
  };
  for (std::size_t i = 0; i < 10 * kVerifiedAhead; ++i)
    intake.post("bob-" + std::to_string(i % 10), one, 1);
  EXPECT_TRUE(full.passed());
  EXPECT_FALSE(intake.drain(20ms));
  EXPECT_LE(verified, kVerifiedAhead);
  release.open();
  EXPECT_TRUE(intake.drain(20s));
  EXPECT_EQ(verified, 10 * kVerifiedAhead);
}

TEST_F(IntakeTest, NoMoreBytesThanItsShareAreVerifiedAhead) {
  auto& intake = start();
  Gate release;
  std::atomic<std::size_t> verified{0};
  intake.post(
      "alice", [&] { return [&] { EXPECT_TRUE(release.passed()); }; }, 1);
  const auto large = [&] {
    ++verified;
    return Intake::TakeIn{};
  };
  for (std::size_t i = 0; i < 64; ++i)
    intake.post("bob-" + std::to_string(i % 8), large, kVerifiedAheadBytes / 4);
  EXPECT_FALSE(intake.drain(20ms));
  EXPECT_LE(verified, 4U);
  release.open();
  EXPECT_TRUE(intake.drain(20s));
  EXPECT_EQ(verified, 64U);
}

// One that takes long is taken in; whoever sends most meanwhile leaves room for another, who is verified at once.
TEST_F(IntakeTest, OneSenderTakesNotAllThatMayBeVerifiedAhead) {
  auto& intake = start();
  Gate release;
  Gate full;
  Gate other;
  std::atomic<std::size_t> verified{0};
  intake.post(
      "alice", [&] { return [&] { EXPECT_TRUE(release.passed()); }; }, 1);
  const auto one = [&] {
    if (++verified == kVerifiedAheadOfOne) full.open();
    return Intake::TakeIn{};
  };
  for (std::size_t i = 0; i < 2 * kVerifiedAhead; ++i) intake.post("flood", one, 1);
  EXPECT_TRUE(full.passed());
  intake.post(
      "bob",
      [&] {
        other.open();
        return Intake::TakeIn{};
      },
      1);
  EXPECT_TRUE(other.passed());
  EXPECT_EQ(verified, kVerifiedAheadOfOne);
  release.open();
  EXPECT_TRUE(intake.drain(20s));
  EXPECT_EQ(verified, 2 * kVerifiedAhead);
}

TEST_F(IntakeTest, OneSendersBytesTakeNotAllThatMayBeVerifiedAhead) {
  auto& intake = start();
  Gate release;
  Gate other;
  std::atomic<std::size_t> verified{0};
  intake.post(
      "alice", [&] { return [&] { EXPECT_TRUE(release.passed()); }; }, 1);
  const auto large = [&] {
    ++verified;
    return Intake::TakeIn{};
  };
  for (int i = 0; i < 16; ++i) intake.post("flood", large, kVerifiedAheadBytesOfOne);
  intake.post(
      "bob",
      [&] {
        other.open();
        return Intake::TakeIn{};
      },
      kVerifiedAheadBytesOfOne);
  EXPECT_TRUE(other.passed());
  EXPECT_LE(verified, 1U);
  release.open();
  EXPECT_TRUE(intake.drain(20s));
  EXPECT_EQ(verified, 16U);
}

TEST_F(IntakeTest, WhoWaitsInOneIntakeHoldsUpNoOther) {
  auto& intake = start();
  Gate release;
  intake.post(
      "alice", [&] { return [&] { EXPECT_TRUE(release.passed()); }; }, 1);
  const auto other = Intake::make("others", kLimits, {pool_, kThreads});
  other->post("bob", item("bob"), 1);
  EXPECT_TRUE(other->drain(20s));
  EXPECT_EQ(taken_in_, std::vector<std::string>{"bob"});
  other->stop();
  release.open();
  EXPECT_TRUE(intake.drain(20s));
}

TEST_F(IntakeTest, ManySendersAreTakenInOneAtATime) {
  auto& intake = start();
  std::vector<std::thread> senders;
  for (const auto* sender : {"a", "b", "c"})
    senders.emplace_back([&, sender] {
      for (int i = 0; i < 1'000; ++i) intake.post(sender, item(sender + std::to_string(i)), 1);
    });
  for (auto& sender : senders) sender.join();
  ASSERT_TRUE(intake.drain(20s));
  ASSERT_EQ(taken_in_.size(), 3'000U);
  std::map<char, int> next;
  for (const auto& name : taken_in_) EXPECT_EQ(std::stoi(name.substr(1)), next[name[0]]++);
}

TEST_F(IntakeTest, NothingIsTakenInAfterStopWhichWaitsForWhatIsInHand) {
  auto& intake = start();
  Gate working;
  Gate release;
  std::atomic<bool> ended{false};
  intake.post(
      "alice",
      [&] {
        working.open();
        EXPECT_TRUE(release.passed());
        ended = true;
        return [&] { taken_in_.emplace_back("late"); };
      },
      1);
  intake.post("alice", item("later"), 1);
  ASSERT_TRUE(working.passed());
  auto stopped = std::async(std::launch::async, [&] { intake.stop(); });
  EXPECT_FALSE(intake.drain(20s)) << "it ends with the intake";
  release.open();
  stopped.get();
  EXPECT_TRUE(ended);
  intake.post("alice", item("never"), 1);
  EXPECT_TRUE(taken_in_.empty());
  EXPECT_EQ(intake.dropped(), 1U);
}

TEST_F(IntakeTest, AnExecutorThatIsFullIsAskedAgainWithTheNextItem) {
  loop::ThreadPool busy("busy", 1, 1);
  Gate release;
  const auto wait = [&] {
    EXPECT_TRUE(release.passed());
    return loop::Executor::Then{};
  };
  while (busy.run(wait)) {
  }
  const auto intake = Intake::make("items", kLimits, {busy, 1});
  intake->post("alice", item("first"), 1);
  release.open();
  while (!busy.run([] { return loop::Executor::Then{}; })) std::this_thread::yield();
  intake->post("alice", item("second"), 1);
  while (!intake->drain(20ms)) {
  }
  EXPECT_EQ(taken_in_, (std::vector<std::string>{"first", "second"}));
  intake->stop();
}

// One thread and its order: what a simulation needs.
class VirtualIntakeTest : public testing::Test {
 protected:
  Intake& start(base::FairLimits limits = kLimits) {
    intake_ = Intake::make("items", limits, {loop_, 4});
    return *intake_;
  }
  Intake::Verify item(std::string name) {
    return [this, name] { return [this, name] { taken_in_.push_back(name); }; };
  }

  fakes::VirtualLoop loop_;
  std::vector<std::string> taken_in_;
  std::shared_ptr<Intake> intake_;
};

TEST_F(VirtualIntakeTest, AFloodOfOneSenderDelaysAnotherByOneItem) {
  auto& intake = start({.items = 1'000, .per_sender = 100});
  for (int i = 0; i < 5'000; ++i) intake.post("flood", item("flood"), 1);
  intake.post("alice", item("alice"), 1);
  EXPECT_EQ(intake.dropped(), 4'900U);
  loop_.run_due();
  ASSERT_EQ(taken_in_.size(), 101U);
  EXPECT_EQ(taken_in_[1], "alice");
}

TEST_F(VirtualIntakeTest, AMarkComesAfterAllThatWaits) {
  auto& intake = start();
  for (const auto* name : {"1", "2", "3"}) intake.post("flood", item(name), 1);
  intake.post_mark([this] { taken_in_.emplace_back("mark"); });
  intake.post("alice", item("alice"), 1);
  loop_.run_due();
  EXPECT_EQ(taken_in_, (std::vector<std::string>{"1", "2", "3", "mark", "alice"}));
}

TEST_F(VirtualIntakeTest, AfterAWhileOthersOfTheExecutorHaveTheirTurn) {
  auto& intake = start();
  for (std::size_t i = 0; i < 10 * kVerifiedAtOnce; ++i) intake.post("alice", item("alice"), 1);
  ASSERT_TRUE(loop_.run([this] {
    taken_in_.emplace_back("other");
    return loop::Executor::Then{};
  }));
  loop_.run_due();
  ASSERT_EQ(taken_in_.size(), 10 * kVerifiedAtOnce + 1);
  EXPECT_NE(taken_in_.back(), "other");
}

// Bus handlers keep the intake, which keeps nothing of its owner's.
TEST_F(VirtualIntakeTest, OnceStoppedItHoldsNothingOfWhatWasPosted) {
  auto& intake = start();
  auto held = std::make_shared<int>(0);
  const std::weak_ptr<int> left = held;
  intake.post(
      "alice", [held] { return [held] {}; }, 1);
  intake.post_mark([held] {});
  intake.stop();
  intake.post(
      "alice", [held] { return [held] {}; }, 1);
  intake.post_mark([held] {});
  held.reset();
  EXPECT_TRUE(left.expired());
}

TEST_F(VirtualIntakeTest, WhatWaitsWhenItStopsIsDropped) {
  auto& intake = start();
  intake.post("alice", item("alice"), 1);
  intake.stop();
  loop_.run_due();
  EXPECT_TRUE(taken_in_.empty());
  EXPECT_TRUE(loop_.idle());
}

}  // namespace
}  // namespace muster::client
