// The bus of a program that uses the real client code (orchestrator/client), over a link in virtual time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/transport/bus.hpp"
#include "tests/sim/broker/sim_link.hpp"
#include "tests/sim/surroundings/surroundings.hpp"

namespace muster::sim {

// What passed between a program and the broker.
struct Passed {
  std::uint64_t sent = 0;         // messages
  std::uint64_t heard = 0;        // messages
  std::uint64_t heard_bytes = 0;  // their payloads
};

// As transport::Bus says, on the loop's thread; but nobody can wait there: subscribe_all() and flush() give their answer before the
// broker's, which allows every topic. What it is given must outlive it.
class SimBus final : public transport::Bus {
 public:
  SimBus(Surroundings& around, const std::string& client_id);

  // Before connect().
  void on_link(LinkHandler handler) { on_link_ = std::move(handler); }
  // Tries until it is connected.
  void connect() { link_.connect(); }
  void plug(const Cable& cable) { link_.plug(cable); }
  // Hears each message before those who subscribed.
  void watch(std::function<void(const transport::Message&)> watcher) {
    watcher_ = std::move(watcher);
  }
  const Passed& passed() const { return passed_; }

  Status publish(std::string_view topic, std::string payload,
                 transport::PublishOptions options) override;
  Status flush(std::chrono::milliseconds) override { return {}; }
  Result<std::vector<transport::Subscription>> subscribe_all(
      const std::vector<std::string>& topic_filters, transport::Qos qos,
      const MessageHandler& handler) override;
  bool connected() const override { return stands_; }
  void disconnect() override;

 private:
  using Takers = std::vector<std::shared_ptr<transport::Taker>>;
  void on_state(transport::LinkState state);
  void on_subscribed();
  void on_message(const transport::Message& message);
  void leave(const std::string& filter, const std::shared_ptr<transport::Taker>& taker);

  LinkHandler on_link_;
  std::function<void(const transport::Message&)> watcher_;
  std::map<std::string, Takers> takers_;  // by filter
  bool stands_ = false;                   // connected, with all that was subscribed to
  Passed passed_;
  const std::shared_ptr<bool> alive_ = std::make_shared<bool>();  // subscriptions may outlive us
  SimLink link_;
};

}  // namespace muster::sim
