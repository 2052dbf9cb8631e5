#include "orchestrator/daemon/ledger_full.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::daemon {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kNoonMs = 1'800'014'400'000;
constexpr std::int64_t kHourMs = 3'600'000;

TEST(LedgerFullTest, ItSaysWhyAndIsOneADayOfEachOrchestrator) {
  const auto told = ledger_full_notification("there is no room", "o1", kNoonMs);
  EXPECT_THAT(told.subject, HasSubstr("o1 lets no new node in"));
  EXPECT_THAT(told.text, HasSubstr("there is no room.\n"));
  EXPECT_EQ(told.id, ledger_full_notification("other words", "o1", kNoonMs + kHourMs).id);
  EXPECT_NE(told.id, ledger_full_notification("there is no room", "o2", kNoonMs).id);
  EXPECT_NE(told.id, ledger_full_notification("there is no room", "o1", kNoonMs + 24 * kHourMs).id);
  const auto event = ledger_full_event("there is no room", "o1", kNoonMs);
  EXPECT_EQ(event.id, told.id);
  EXPECT_EQ(event.type, "tokens-full");
  EXPECT_EQ(event.identity, "o1");
}

}  // namespace
}  // namespace muster::daemon
