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

}  // namespace
}  // namespace muster::daemon
