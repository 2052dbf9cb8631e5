#include "orchestrator/provision/waiting_room.hpp"

#include <gtest/gtest.h>

#include "tests/support/fakes/fake_clock.hpp"

namespace muster::provision {
namespace {

using Place = WaitingRoom::Place;

std::shared_ptr<const Announced> machine(const std::string& identity, const std::string& key) {
  Announced announced;
  announced.opened.announce.client_id = "client of " + key;
  announced.applicant.identity = identity;
  announced.applicant.key_fingerprint = key;
  return std::make_shared<const Announced>(std::move(announced));
}

class WaitingRoomTest : public testing::Test {
 protected:
  std::string key_at(const std::string& identity) const {
    const auto announced = room_.find(identity);
    return announced ? announced->applicant.key_fingerprint : "";
  }
  fakes::FakeClock clock_;
  WaitingRoom room_{clock_};
};

TEST_F(WaitingRoomTest, WhoCameFirstIsNotExchangedWhileItGoesOnAsking) {
  EXPECT_EQ(room_.take(machine("web-1", "first")), Place::taken);
  for (int i = 0; i < 10; ++i) {
    clock_.advance(std::chrono::minutes(5));
    EXPECT_EQ(room_.take(machine("web-1", "thief")), Place::behind);
    EXPECT_EQ(room_.take(machine("web-1", "first")), Place::taken);
  }
  EXPECT_EQ(key_at("web-1"), "first");
  EXPECT_EQ(room_.take(machine("web-2", "thief")), Place::taken) << "another name";
}

TEST_F(WaitingRoomTest, WhoGaveUpHasItsPlaceNoMore) {
  room_.take(machine("web-1", "first"));
  clock_.advance(kWaitingKept);
  EXPECT_EQ(room_.take(machine("web-1", "second")), Place::behind);
  clock_.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(room_.take(machine("web-1", "second")), Place::taken);
  EXPECT_EQ(key_at("web-1"), "second");
}

TEST_F(WaitingRoomTest, WhoLeavesTakesNobodyElseAlong) {
  room_.take(machine("web-1", "first"));
  room_.leave("web-1", "another");
  EXPECT_EQ(key_at("web-1"), "first");
  room_.leave("web-1", "first");
  room_.leave("web-1", "first");
  EXPECT_EQ(room_.find("web-1"), nullptr);
}

// Seed 56 of the simulated site: one that was gone for minutes took the name's place back from the machine that asked for it.
TEST_F(WaitingRoomTest, WhoIsNotOnTheBusAnyMoreHasNoPlace) {
  room_.take(machine("web-1", "first"));
  room_.take(machine("web-2", "another"));
  room_.left("client of first");
  EXPECT_EQ(room_.find("web-1"), nullptr);
  EXPECT_EQ(key_at("web-2"), "another");
  EXPECT_EQ(room_.take(machine("web-1", "second")), Place::taken);
  EXPECT_EQ(room_.take(machine("web-1", "first")), Place::behind) << "it is back";
}

TEST_F(WaitingRoomTest, ItIsFullOnlyOfThoseThatStillAsk) {
  for (std::size_t i = 0; i < kWaitingMax; ++i)
    ASSERT_EQ(room_.take(machine("web-" + std::to_string(i), "k")), Place::taken);
  EXPECT_EQ(room_.take(machine("db-1", "k")), Place::full);
  EXPECT_EQ(room_.take(machine("web-1", "k")), Place::taken) << "it has its place";
  clock_.advance(kWaitingKept + std::chrono::milliseconds(1));
  EXPECT_EQ(room_.take(machine("db-1", "k")), Place::taken);
}

}  // namespace
}  // namespace muster::provision
