#include "plugins/notifiers/notifiers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::notifiers {
namespace {

using testing::HasSubstr;

TEST(NotifiersTest, AnUnknownKindIsAnErrorWithTheNearest) {
  const auto made = make_notifier("mailot:ops@example.com", {});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::config);
  EXPECT_THAT(made.error().message, HasSubstr("did you mean 'mailto'?"));
}

TEST(NotifiersTest, ATargetWithoutKindIsAnErrorWithTheKnownOnes) {
  const auto made = make_notifier("ops@example.com", {});
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("known: mailto, xmpp"));
}

TEST(NotifiersTest, AKindWithoutSettingsIsAnErrorThatNamesTheTarget) {
  const auto made = make_notifier("mailto:ops@example.com", {});
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("mailto:ops@example.com"));
  EXPECT_THAT(made.error().message, HasSubstr("'server'"));
}

}  // namespace
}  // namespace muster::notifiers
