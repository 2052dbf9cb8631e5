#include "orchestrator/client/again_order.hpp"

#include <gtest/gtest.h>

#include <future>

#include "orchestrator/client/link.hpp"
#include "proto/base/clock.hpp"
#include "proto/schema/muster.pb.h"
#include "proto/transport/topics.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/memory_bus/memory_bus.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::client {
namespace {

class AgainOrderTest : public testing::Test {
 protected:
  AgainOrderTest() { pki_.trust(operators_); }

  std::string ordered_by(const test::Holder& signer, const std::string& type = "provision-again") {
    v1::Event event;
    event.set_type(type);
    event.set_identity("n1");
    event.set_at_ms(now_ms_);
    return *signer.signer().seal(envelope::Kind::event, envelope::pack(event));
  }
  Result<AgainOrder> read(const std::string& payload, std::int64_t later_ms = 0) {
    return read_again_order(transport::topics::event("main", kAgainEvent, "n1"), payload,
                            operators_, now_ms_ + later_ms);
  }

  test::TestPki pki_;
  base::SystemClock clock_;
  security::TrustStore operators_{clock_};
  const std::int64_t now_ms_ = clock_.unix_ms();
};

TEST_F(AgainOrderTest, WhatAnOperatorPublishesIsReadByAnOrchestrator) {
  test::MemoryBroker broker;
  std::promise<transport::Message> heard;
  const auto listener = broker.connect("orchestrator");
  ASSERT_TRUE(listener->subscribe(
      transport::topics::event("main", kAgainEvent, "+"), transport::Qos::at_least_once,
      [&](transport::Message message) { heard.set_value(std::move(message)); }));
  Link link(broker.connect("alice"), pki_.operator_().signer(), "main", clock_);
  ASSERT_TRUE(order_again(link, "n1"));
  auto coming = heard.get_future();
  ASSERT_EQ(coming.wait_for(fakes::kPatience), std::future_status::ready);
  const auto message = coming.get();
  const auto order = read_again_order(message.topic, message.payload, operators_, clock_.unix_ms());
  ASSERT_TRUE(order) << order.error().message;
  EXPECT_EQ(order->identity, "n1");
  EXPECT_EQ(order->caller, "alice");
}

TEST_F(AgainOrderTest, OnlyOperatorsAndOrchestratorsMayOrderIt) {
  EXPECT_TRUE(read(ordered_by(pki_.operator_())));
  EXPECT_TRUE(read(ordered_by(pki_.orchestrator())));
  EXPECT_FALSE(read(ordered_by(pki_.broker())));
  EXPECT_FALSE(read(ordered_by(pki_.node("n1"))));
}

TEST_F(AgainOrderTest, AnOldOneIsNotObeyed) {
  const auto order = read(ordered_by(pki_.operator_()), kOrderMaxAgeMs + 1);
  ASSERT_FALSE(order);
  EXPECT_EQ(order.error().code, Errc::expired);
  EXPECT_FALSE(read(ordered_by(pki_.operator_()), -kOrderMaxAgeMs - 1));
}

TEST_F(AgainOrderTest, ItMustBeAboutTheNodeOfItsTopic) {
  EXPECT_FALSE(read_again_order(transport::topics::event("main", kAgainEvent, "n2"),
                                ordered_by(pki_.operator_()), operators_, now_ms_));
  EXPECT_FALSE(read(ordered_by(pki_.operator_(), "job")));
}

}  // namespace
}  // namespace muster::client
