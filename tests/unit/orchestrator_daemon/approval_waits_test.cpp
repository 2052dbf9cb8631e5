#include "orchestrator/daemon/approval_waits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::daemon {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const control::Waiting kWaiting{"3f9c0a71b2d4e5f6", "admins", 2, 1'800'000'000'000};

TEST(WaitingNotificationTest, SaysForWhomUntilWhenAndHowToLook) {
  const auto told = waiting_notification(kWaiting);
  EXPECT_EQ(told.subject, "A request waits for approval of 2 of admins: 3f9c0a71b2d4e5f6");
  EXPECT_THAT(told.text, AllOf(HasSubstr("until 2027-01-15T08:00:00"),
                               HasSubstr("muster approve 3f9c0a71b2d4e5f6 --show\n")));
}

TEST(WaitingNotificationTest, TheIdIsTheSameWhoeverTellsIt) {
  const auto first = waiting_event(kWaiting, "orchestrator1");
  const auto second = waiting_event(kWaiting, "orchestrator2");
  EXPECT_EQ(first.id, second.id);
  EXPECT_EQ(first.id, waiting_notification(kWaiting).id);
  EXPECT_EQ(first.type, "approval-asked");
  EXPECT_EQ(second.identity, "orchestrator2");
}

TEST(DecidedNotificationTest, SaysHowItGoesOnAndNotByWhom) {
  const auto given = decided_notification(kWaiting, true);
  EXPECT_EQ(given.subject, "The approval 3f9c0a71b2d4e5f6 is given");
  EXPECT_THAT(given.text, AllOf(HasSubstr("2 of admins have approved it"),
                                HasSubstr("the same command and --approval 3f9c0a71b2d4e5f6\n")));
  const auto denied = decided_notification(kWaiting, false);
  EXPECT_EQ(denied.subject, "The approval 3f9c0a71b2d4e5f6 is denied");
  EXPECT_THAT(denied.text, HasSubstr("muster approve 3f9c0a71b2d4e5f6 --show\n"));
}

TEST(DecidedNotificationTest, EachDecisionHasAnIdAndAnEventOfItsOwn) {
  const auto given = decided_event(kWaiting, true, "orchestrator1");
  const auto denied = decided_event(kWaiting, false, "orchestrator2");
  EXPECT_EQ(given.id, decided_notification(kWaiting, true).id);
  EXPECT_NE(given.id, denied.id);
  EXPECT_NE(given.id, waiting_event(kWaiting, "orchestrator1").id);
  EXPECT_EQ(given.type, "approval-given");
  EXPECT_EQ(denied.type, "approval-denied");
  EXPECT_EQ(denied.data.at("approval"), kWaiting.id);
}

}  // namespace
}  // namespace muster::daemon
