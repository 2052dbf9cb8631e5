// The bus that survives its connections: keeps one alive, moves subscriptions and unacknowledged
// messages over.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "proto/base/backoff.hpp"
#include "proto/base/guarded.hpp"
#include "proto/transport/mqtt/connection.hpp"
#include "proto/transport/mqtt/mqtt_bus.hpp"
#include "proto/transport/mqtt/send_queue.hpp"
#include "proto/transport/mqtt/subscriptions.hpp"

namespace muster::transport::mqtt {

// Locks: state_'s is never held while Paho, a handler or the network is called.
class MqttBus final : public Bus, private ConnectionEvents {
 public:
  MqttBus(Options options, LinkHandler on_link);
  ~MqttBus() override;
  // The first connection: every broker once.
  Status start();

  Status publish(std::string_view topic, std::string payload, PublishOptions options) override;
  Status flush(std::chrono::milliseconds timeout) override;
  Result<std::vector<Subscription>> subscribe_all(const std::vector<std::string>& topic_filters,
                                                  Qos qos, const MessageHandler& handler) override;
  bool connected() const override;
  void disconnect() override;

 private:
  using ConnectionPtr = std::shared_ptr<Connection>;
  struct Closed {
    LinkState state;
    std::string why;
    bool said = false;  // by the broker
  };

  // What subscriptions hold of us: they may outlive the bus.
  using Life = base::Guarded<MqttBus*>;  // null: it is gone
  struct State {
    std::vector<Outgoing> kept;  // put into the send queue since restore() began to empty it
    bool restored = false;
    bool stopping = false;
    std::optional<Closed> closed;  // a loss the keeper has not seen yet
    ConnectionPtr connection;      // opened, perhaps not yet restored
    ConnectionPtr left;            // the last one, after disconnect()
  };
  void leave(const std::string& filter, const Taker* taker);
  Subscription held(const std::string& filter, const Subscriptions::TakerPtr& taker);

  void on_message(Message message) override;
  void on_closed(LinkState state, const std::string& why, bool said) override;
  void on_published(std::uint64_t number, const std::string& problem, bool nobody) override;

  ConnectionPtr current() const;  // null when not connected
  tl::expected<ConnectionPtr, Refusal> open(const std::string& broker, bool clean);
  Result<std::string> open_any(bool clean);  // gives the broker that took us
  void restore();  // subscriptions and unacknowledged messages onto the new connection
  Status keep_for_later(const Outgoing& message);
  void keep();  // the keeper's thread: waits for a loss and repairs it
  void repair(Closed closed);
  void count_loss(Closed& closed);             // whether somebody else uses our name
  bool is_broker_up();                         // it takes connections at this moment
  bool pause(std::chrono::milliseconds time);  // false when the bus is being taken down
  bool stopped() const;
  void stop_keeper();

  const std::shared_ptr<Life> life_ = std::make_shared<Life>(this);
  const Options options_;
  const LinkHandler on_link_;
  SendQueue send_queue_;
  Subscriptions subscriptions_;
  // Held from a change of them until the broker has answered it: of one thread that ends a filter and
  // another that begins it, the broker must hear in the order that we remember.
  std::mutex asking_;

  // Outlives the connections in state_, which call back until they are gone.
  std::condition_variable changed_;
  base::Guarded<State> state_;

  // Keeper's and start()'s own.
  Version version_;  // what the broker was found to speak
  std::chrono::steady_clock::time_point opened_at_;
  std::string opened_to_;
  base::Backoff backoff_;  // keeper's own
  int quick_losses_ = 0;   // keeper's own
  std::thread keeper_;     // last: it uses all of the above
};

}  // namespace muster::transport::mqtt
