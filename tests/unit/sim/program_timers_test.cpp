#include "tests/sim/surroundings/program_timers.hpp"

#include <gmock/gmock.h>

namespace muster::sim {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class ProgramTimersTest : public testing::Test {
 protected:
  void note_after(seconds delay, int number) {
    timers_.after(delay, [this, number] { notes_.push_back(number); });
  }

  fakes::VirtualLoop loop_;
  ProgramTimers timers_{loop_};
  std::vector<int> notes_;
};

TEST_F(ProgramTimersTest, AProgramThatRunsIsWokenInTime) {
  note_after(seconds(2), 2);
  note_after(seconds(1), 1);
  loop_.advance(seconds(1));
  EXPECT_THAT(notes_, ElementsAre(1));
  loop_.advance(seconds(1));
  EXPECT_THAT(notes_, ElementsAre(1, 2));
}

TEST_F(ProgramTimersTest, AProgramThatIsStoppedIsWokenByNothingAndFindsAllDueInOrder) {
  note_after(seconds(5), 5);
  note_after(seconds(3), 3);
  note_after(seconds(60), 60);
  timers_.stop(true);
  EXPECT_TRUE(timers_.post([this] { notes_.push_back(0); }));
  loop_.advance(seconds(20));
  EXPECT_THAT(notes_, IsEmpty());
  timers_.stop(false);
  loop_.advance(seconds(1));
  EXPECT_THAT(notes_, ElementsAre(0, 3, 5));
  loop_.advance(seconds(39));
  EXPECT_THAT(notes_, ElementsAre(0, 3, 5, 60));
}

TEST_F(ProgramTimersTest, WhatIsCancelledNeverComesDueOrNot) {
  const auto before = timers_.after(seconds(30), [this] { notes_.push_back(1); });
  const auto due = timers_.after(seconds(1), [this] { notes_.push_back(2); });
  timers_.stop(true);
  loop_.advance(seconds(5));
  timers_.cancel(due);
  timers_.cancel(before);
  timers_.stop(false);
  loop_.advance(seconds(60));
  EXPECT_THAT(notes_, IsEmpty());
}

TEST_F(ProgramTimersTest, WhoAsksForItIsCalledAfterThatManyTimers) {
  for (int number = 1; number <= 5; ++number) note_after(seconds(number), number);
  timers_.after_that_many(3, [this] { notes_.push_back(0); });
  loop_.advance(seconds(10));
  EXPECT_THAT(notes_, ElementsAre(1, 2, 3, 0, 4, 5));
  note_after(seconds(1), 6);
  timers_.after_that_many(1, [this] { notes_.push_back(0); });
  timers_.after_that_many(0, {});
  loop_.advance(seconds(2));
  EXPECT_EQ(notes_.back(), 6);
}

TEST_F(ProgramTimersTest, ItsClockMayBeWrongAndWhatWaitsIsNotChangedByThat) {
  const auto right_ms = loop_.clock().unix_ms();
  note_after(seconds(5), 5);
  timers_.machine_clock().set_off_by(seconds(-60));
  EXPECT_EQ(timers_.clock().unix_ms(), right_ms - 60'000);
  EXPECT_EQ(timers_.clock().steady(), loop_.clock().steady());
  loop_.advance(seconds(5));
  EXPECT_THAT(notes_, ElementsAre(5));
}

TEST_F(ProgramTimersTest, WhenTheProgramIsGoneNothingIsLeft) {
  {
    ProgramTimers gone(loop_);
    gone.after(seconds(1), [this] { notes_.push_back(1); });
    gone.stop(true);
  }
  EXPECT_TRUE(loop_.idle());
}

}  // namespace
}  // namespace muster::sim
