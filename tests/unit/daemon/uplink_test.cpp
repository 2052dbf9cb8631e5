// The driver's link: what blocks is done beside the loop, and what comes is told on it.
#include "node-agent/daemon/uplink.hpp"

#include <atomic>

#include "proto/base/bounded_queue.hpp"
#include "tests/unit/daemon/linked_lab.hpp"

namespace muster::agent {
namespace {

using fakes::wait_until;

class UplinkTest : public LinkedLab {
 protected:
  bool is_shown() const { return broker_.retained(kPresence).has_value(); }

  std::unique_ptr<transport::Bus> operator_ = broker_.connect("alice");
};

TEST_F(UplinkTest, ARequestOverTheBusIsAnsweredOverIt) {
  const auto node = member();
  base::BoundedQueue<transport::Message> heard(10);
  const auto listening = operator_->subscribe(
      "muster/v1/main/rep/alice/s1/+", transport::Qos::at_least_once,
      [&heard](transport::Message message) { EXPECT_TRUE(heard.try_push(std::move(message))); });
  ASSERT_TRUE(listening);
  const auto wire = around_.request();
  ASSERT_TRUE(operator_->publish("muster/v1/main/req/agent/echo/alice", around_.sealed(wire), {}));
  const auto reply = heard.pop_for(fakes::kPatience);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->topic, "muster/v1/main/rep/alice/s1/n1");
}

TEST_F(UplinkTest, LeavingTakesPresenceDown) {
  auto node = member();
  ASSERT_TRUE(is_shown());
  node.reset();
  EXPECT_FALSE(is_shown());
}

TEST_F(UplinkTest, WhatALateWillTookDownIsShownAgain) {
  const auto node = member();
  ASSERT_TRUE(operator_->publish(kPresence, "", {.retain = true}));
  EXPECT_TRUE(wait_until([this] { return is_shown(); }));
}

TEST_F(UplinkTest, ALinkThatCannotBeMadeIsTriedAgain) {
  std::atomic<int> tries{0};
  open_ = [&tries, made = open_](Door door, auto on_link) -> Result<OpenedLink> {
    if (++tries < 3) return fail(Errc::unavailable, "nobody there");
    return made(door, std::move(on_link));
  };
  const auto node = member();
  EXPECT_EQ(tries, 3);
}

TEST_F(UplinkTest, WhatBecomesOfTheLinkIsToldOnTheLoopFromWhicheverThread) {
  transport::Bus::LinkHandler told;
  open_ = [&told, made = open_](Door door, auto on_link) {
    told = on_link;
    return made(door, std::move(on_link));
  };
  const auto node = member();
  std::atomic<int> shown{0};
  const auto listening = operator_->subscribe(kPresence, transport::Qos::at_least_once,
                                              [&shown](const auto&) { ++shown; });
  ASSERT_TRUE(listening);
  ASSERT_TRUE(wait_until([&shown] { return shown == 1; }));
  told(transport::LinkState::lost, "gone");
  told(transport::LinkState::connected, "back");
  EXPECT_TRUE(wait_until([&shown] { return shown == 2; })) << "shown again over the new link";
}

}  // namespace
}  // namespace muster::agent
