#include "tests/support/memory_bus/memory_bus.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <mutex>

#include "tests/support/fakes/wait_until.hpp"

namespace muster::test {
namespace {

using transport::LinkState;
using transport::Message;

// What one client heard.
class Ear {
 public:
  transport::Bus::MessageHandler handler() {
    return [this](const Message& message) {
      const std::lock_guard lock(mutex_);
      heard_.push_back(message);
    };
  }
  [[nodiscard]] bool hears(const std::string& topic, const std::string& payload, bool retained) {
    return fakes::wait_until([&] {
      const std::lock_guard lock(mutex_);
      return std::any_of(heard_.begin(), heard_.end(), [&](const Message& each) {
        return each.topic == topic && each.payload == payload && each.retained == retained;
      });
    });
  }

 private:
  std::mutex mutex_;
  std::vector<Message> heard_;
};

TEST(MemoryBusTest, WildcardsRetainedMessagesAndTheirRemoval) {
  MemoryBroker broker;
  Ear ear;
  const auto node = broker.connect("node");
  const auto op = broker.connect("operator");
  ASSERT_TRUE(node->publish("presence/n1", "here", {.retain = true}));
  const auto heard = op->subscribe("presence/+", transport::Qos::at_least_once, ear.handler());
  EXPECT_TRUE(ear.hears("presence/n1", "here", true));
  ASSERT_TRUE(node->publish("presence/n1", "", {.retain = true}));
  EXPECT_TRUE(ear.hears("presence/n1", "", false));
  EXPECT_FALSE(broker.retained("presence/n1"));
}

TEST(MemoryBusTest, ADroppedClientLeavesItsWillAndComesBackWithItsSubscriptions) {
  MemoryBroker broker;
  Ear watcher_ear;
  Ear node_ear;
  std::atomic<int> lost{0};
  const auto watcher = broker.connect("watcher");
  const auto node = broker.connect(
      "node", MemoryWill{"presence/n1", "gone"},
      [&](LinkState state, const std::string&) { lost += state == LinkState::lost; });
  const auto watching =
      watcher->subscribe("presence/#", transport::Qos::at_least_once, watcher_ear.handler());
  const auto listening =
      node->subscribe("req/#", transport::Qos::at_least_once, node_ear.handler());
  broker.drop("node");
  EXPECT_TRUE(watcher_ear.hears("presence/n1", "gone", false));
  EXPECT_TRUE(fakes::wait_until([&] { return lost == 1; }));
  EXPECT_FALSE(node->connected());
  EXPECT_EQ(node->publish("x", "", {}).error().code, Errc::unavailable);
  broker.restore("node");
  ASSERT_TRUE(watcher->publish("req/n1", "again", {}));
  EXPECT_TRUE(node_ear.hears("req/n1", "again", false));
}

TEST(MemoryBusTest, TheSecondClientOfANameTakesOver) {
  MemoryBroker broker;
  std::atomic<bool> taken{false};
  const auto older = broker.connect("n1", std::nullopt, [&](LinkState state, const std::string&) {
    if (state == LinkState::taken_over) taken = true;
  });
  const auto younger = broker.connect("n1");
  EXPECT_TRUE(fakes::wait_until([&] { return taken.load(); }));
  EXPECT_FALSE(older->connected());
  EXPECT_TRUE(younger->connected());
}

TEST(MemoryBusTest, DisconnectingLeavesNoWill) {
  MemoryBroker broker;
  broker.connect("n1", MemoryWill{"presence/n1", "gone"})->disconnect();
  EXPECT_FALSE(broker.retained("presence/n1"));
}

}  // namespace
}  // namespace muster::test
