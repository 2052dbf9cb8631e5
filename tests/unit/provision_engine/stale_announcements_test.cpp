#include "orchestrator/provision/live/stale_announcements.hpp"

#include <gtest/gtest.h>

#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/memory_bus/memory_bus.hpp"

namespace muster::provision {
namespace {

using std::chrono_literals::operator""s;

class StaleAnnouncementsTest : public testing::Test {
 protected:
  void hear(const std::string& client_id, const std::string& payload = "here",
            bool retained = false) {
    stale_.hear(client_id, transport::Message{"", payload, retained});
  }

  fakes::FakeClock clock_;
  test::MemoryBroker broker_;
  std::unique_ptr<transport::Bus> bus_ = broker_.connect("orchestrator1");
  StaleAnnouncements stale_{*bus_, clock_};
};

TEST_F(StaleAnnouncementsTest, WhatNobodyRenewsIsClearedOnce) {
  hear("c1");
  clock_.advance(600s);
  EXPECT_EQ(stale_.clear(), 0U);
  hear("c2");
  clock_.advance(301s);
  EXPECT_EQ(stale_.clear(), 1U);
  EXPECT_EQ(stale_.clear(), 0U);
}

TEST_F(StaleAnnouncementsTest, ARenewedOneStaysAndARetainedOneGrowsNoYounger) {
  hear("c1", "here", true);
  hear("c2", "here", true);
  clock_.advance(600s);
  hear("c1");
  hear("c2", "here", true);  // our link came back
  clock_.advance(301s);
  EXPECT_EQ(stale_.clear(), 1U);
}

TEST_F(StaleAnnouncementsTest, WhoWentAwayItselfIsForgotten) {
  hear("c1");
  hear("c1", "");
  clock_.advance(1000s);
  EXPECT_EQ(stale_.clear(), 0U);
}

TEST_F(StaleAnnouncementsTest, AFloodIsClearedInPieces) {
  for (std::size_t i = 0; i < kClearedAtOnce + 10; ++i) hear("c" + std::to_string(i));
  clock_.advance(1000s);
  EXPECT_EQ(stale_.clear(), kClearedAtOnce);
  EXPECT_EQ(stale_.clear(), 10U);
}

}  // namespace
}  // namespace muster::provision
