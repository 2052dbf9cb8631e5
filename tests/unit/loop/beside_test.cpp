#include "proto/loop/beside.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace muster::loop {
namespace {

using GiveStatus = std::function<void(Status)>;

Task<Status> status_told_by(GiveStatus& give, [[maybe_unused]] std::shared_ptr<int> held = {}) {
  Answer<Status> answer([&give](GiveStatus told) { give = std::move(told); });
  co_return co_await answer;
}

Task<Status> status_at_once(Status status) {
  co_return status;
}

class BesideTest : public testing::Test {
 protected:
  void begin() {
    both_ = beside(status_told_by(story_, of_story_), status_told_by(companion_, of_companion_));
    both_.start([] {});
    ASSERT_TRUE(story_ && companion_);
  }
  Task<Status> both_;
  GiveStatus story_;
  GiveStatus companion_;
  std::shared_ptr<int> of_story_ = std::make_shared<int>();
  std::shared_ptr<int> of_companion_ = std::make_shared<int>();
};

TEST_F(BesideTest, ItEndsWithTheStoryAndDropsTheCompanionAtOnce) {
  begin();
  story_(fail(Errc::io, "no room"));
  ASSERT_TRUE(both_.ended());
  EXPECT_EQ(of_companion_.use_count(), 1);
  EXPECT_EQ(of_story_.use_count(), 1);
  companion_(Status{});
  EXPECT_EQ(both_.take().error().message, "no room");
}

TEST_F(BesideTest, ACompanionThatFailsEndsTheStory) {
  begin();
  companion_(fail(Errc::aborted, "stale"));
  ASSERT_TRUE(both_.ended());
  EXPECT_EQ(of_story_.use_count(), 1);
  story_(Status{});
  EXPECT_EQ(both_.take().error().message, "stale");
}

TEST_F(BesideTest, ACompanionThatEndsWellEndsNothing) {
  begin();
  companion_(Status{});
  EXPECT_FALSE(both_.ended());
  story_(Status{});
  ASSERT_TRUE(both_.ended());
  EXPECT_TRUE(both_.take());
}

TEST_F(BesideTest, AStoryThatEndsAtOnceBeginsNoCompanion) {
  auto both = beside(status_at_once(Status{}), status_told_by(companion_));
  both.start([] {});
  ASSERT_TRUE(both.ended());
  EXPECT_FALSE(companion_);
}

TEST_F(BesideTest, ACompanionThatEndsAtOnceMayEndTheStory) {
  auto well = beside(status_told_by(story_), status_at_once(Status{}));
  well.start([] {});
  EXPECT_FALSE(well.ended());
  auto ill = beside(status_told_by(story_), status_at_once(fail(Errc::aborted, "stale")));
  ill.start([] {});
  EXPECT_TRUE(ill.ended());
}

TEST_F(BesideTest, WhoIsDroppedDropsBoth) {
  begin();
  both_ = {};
  EXPECT_EQ(of_story_.use_count(), 1);
  EXPECT_EQ(of_companion_.use_count(), 1);
  story_(Status{});
  companion_(Status{});
}

}  // namespace
}  // namespace muster::loop
