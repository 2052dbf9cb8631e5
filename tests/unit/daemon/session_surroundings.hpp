// A node "n1" with one agent, and a broker in memory.
#pragma once

#include "node-agent/daemon/revocation_watch.hpp"
#include "node-agent/dispatch/dispatcher.hpp"
#include "proto/messages/reply.hpp"
#include "proto/security/verifier.hpp"
#include "tests/support/memory_bus/memory_bus.hpp"
#include "tests/unit/dispatch/gate_surroundings.hpp"
#include "tests/unit/dispatch/test_agent.hpp"

namespace muster::agent {

// What arrives on a topic, by a client of its own.
class Ear {
 public:
  Ear(test::MemoryBroker& broker, const std::string& filter)
      : bus_(broker.connect("ear of " + filter)) {
    auto heard = bus_->subscribe(filter, transport::Qos::at_least_once,
                                 [heard = heard_](transport::Message message) {
                                   if (!heard->try_push(std::move(message)))
                                     throw std::logic_error("more than a test expects");
                                 });
    if (!heard) throw std::logic_error("cannot subscribe");
    listening_ = std::move(*heard);
  }
  // The next message; fails the test's expectations by being empty when none comes in time.
  transport::Message next(std::chrono::milliseconds patience = std::chrono::seconds(20)) {
    return heard_->pop_for(patience).value_or(transport::Message{});
  }
  std::size_t waiting() const { return heard_->size(); }

 private:
  std::shared_ptr<base::BoundedQueue<transport::Message>> heard_ =
      std::make_shared<base::BoundedQueue<transport::Message>>(1'000);
  std::unique_ptr<transport::Bus> bus_;
  transport::Subscription listening_;
};

struct SessionSurroundings {
  messages::Reply opened(const transport::Message& message) {
    const auto opened = security::open(message.payload, envelope::Kind::reply, nodes);
    if (!opened) throw std::runtime_error(message.topic + ": " + opened.error().message);
    return messages::Reply::decode(opened->body).value();
  }

  SessionSurroundings() { EXPECT_TRUE(revocations.load()); }

  GateSurroundings gate;
  RevocationWatch revocations{gate.operators, gate.folder / "revocations", gate.clock};
  security::TrustStore nodes{gate.real_clock};
  AgentTable table{agents_of(std::make_unique<TestAgent>("echo"))};
  Dispatcher dispatcher{gate.context(table), gate.statistics, 1, 10};
  test::MemoryBroker broker;
};

}  // namespace muster::agent
