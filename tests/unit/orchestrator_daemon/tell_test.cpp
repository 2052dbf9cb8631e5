#include "orchestrator/daemon/tell.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace muster::daemon {
namespace {

TEST(TellTest, AnEventSaysWhatPeopleAreToldUnderTheSameId) {
  plugins::Notification people;
  people.id = "x-1";
  people.data = {{"a", 1}};
  const auto event = event_of(people, "expiring", "orchestrator1");
  EXPECT_EQ(event.id, "x-1");
  EXPECT_EQ(event.type, "expiring");
  EXPECT_EQ(event.identity, "orchestrator1");
  EXPECT_EQ(event.data, people.data);
}

}  // namespace
}  // namespace muster::daemon
