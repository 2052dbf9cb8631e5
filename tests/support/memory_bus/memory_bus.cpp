#include "tests/support/memory_bus/memory_bus.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

namespace muster::test {

using transport::LinkState;
using transport::Message;

// One client: its subscriptions, and a thread that calls its handlers one after the other, as a
// real bus does.
class MemoryClient {
 public:
  MemoryClient(std::optional<MemoryWill> last_will, transport::Bus::LinkHandler link_handler)
      : will(std::move(last_will)), on_link(std::move(link_handler)), thread_([this] { work(); }) {}

  ~MemoryClient() {
    post(nullptr);
    thread_.join();
  }

  void post(std::function<void()> call) {
    {
      const std::lock_guard lock(mutex_);
      calls_.push_back(std::move(call));
    }
    posted_.notify_one();
  }

  void report(LinkState state, const std::string& why) {
    post([this, state, why] {
      const std::lock_guard lock(reporting_);
      if (on_link && !silent_) on_link(state, why);
    });
  }
  // Waits for a report under way; there is none afterwards, though subscriptions may keep the client.
  void silence() {
    const std::lock_guard lock(reporting_);
    silent_ = true;
  }

  // Below: guarded by the hub's lock.
  bool linked = true;
  const std::optional<MemoryWill> will;
  std::map<std::string, std::vector<std::shared_ptr<transport::Taker>>> filters;
  const transport::Bus::LinkHandler on_link;

 private:
  void work() {
    while (true) {
      std::unique_lock lock(mutex_);
      posted_.wait(lock, [this] { return !calls_.empty(); });
      const auto call = std::move(calls_.front());
      calls_.pop_front();
      lock.unlock();
      if (!call) return;
      call();
    }
  }

  std::mutex reporting_;
  bool silent_ = false;  // guarded by reporting_
  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<std::function<void()>> calls_;
  std::thread thread_;
};

struct MemoryBroker::Hub {
  using ClientPtr = std::shared_ptr<MemoryClient>;

  // Whether it is subscribed.
  static bool deliver(MemoryClient& client, const Message& message) {
    if (!client.linked) return false;
    bool hears = false;
    for (const auto& [filter, takers] : client.filters) {
      if (!transport::topic_matches(filter, message.topic)) continue;
      hears = true;
      for (const auto& taker : takers) client.post([taker, message] { taker->take(message); });
    }
    return hears;
  }

  // Whether anybody is subscribed.
  bool publish(const std::string& topic, const std::string& payload, bool retain) {
    if (retain && payload.empty()) kept.erase(topic);
    if (retain && !payload.empty()) kept[topic] = payload;
    bool heard = false;
    for (const auto& [id, client] : clients)
      heard = deliver(*client, {topic, payload, false}) || heard;
    return heard;
  }

  void send_kept(MemoryClient& client, const std::string& filter) {
    for (const auto& [topic, payload] : kept) {
      if (!transport::topic_matches(filter, topic)) continue;
      for (const auto& taker : client.filters.at(filter))
        client.post([taker, message = Message{topic, payload, true}] { taker->take(message); });
    }
  }

  void unlink(MemoryClient& client, LinkState state, const std::string& why) {
    if (!std::exchange(client.linked, false)) return;
    if (client.will) publish(client.will->topic, client.will->payload, client.will->retain);
    client.report(state, why);
  }

  std::mutex mutex;
  std::map<std::string, ClientPtr> clients;
  std::map<std::string, std::string> kept;
};

class MemoryBus final : public transport::Bus {
 public:
  MemoryBus(std::string id, std::shared_ptr<MemoryClient> client,
            std::weak_ptr<MemoryBroker::Hub> hub)
      : id_(std::move(id)), client_(std::move(client)), hub_(std::move(hub)) {}
  ~MemoryBus() override {
    disconnect();
    client_->silence();
  }

  Status publish(std::string_view topic, std::string payload,
                 transport::PublishOptions options) override {
    return with_link([&](MemoryBroker::Hub& hub) {
      const bool heard = hub.publish(std::string(topic), payload, options.retain);
      if (!heard && options.on_nobody) client_->post(options.on_nobody);
    });
  }

  Status flush(std::chrono::milliseconds) override { return {}; }

  Result<std::vector<transport::Subscription>> subscribe_all(
      const std::vector<std::string>& filters, transport::Qos,
      const MessageHandler& handler) override {
    std::vector<transport::Subscription> all;
    for (const auto& filter : filters) {
      MUSTER_ASSIGN(auto one, subscribe_to(filter, handler));
      all.push_back(std::move(one));
    }
    return all;
  }

  bool connected() const override {
    const auto hub = hub_.lock();
    if (!hub) return false;
    const std::lock_guard lock(hub->mutex);
    return client_->linked;
  }

  void disconnect() override {
    const auto hub = hub_.lock();
    if (!hub) return;
    const std::lock_guard lock(hub->mutex);
    client_->linked = false;
    const auto found = hub->clients.find(id_);
    if (found != hub->clients.end() && found->second == client_) hub->clients.erase(found);
  }

 private:
  Result<transport::Subscription> subscribe_to(const std::string& key,
                                               const MessageHandler& handler) {
    const auto hub = hub_.lock();
    if (!hub) return transport::Subscription();
    const std::lock_guard lock(hub->mutex);
    for (const auto& [known, takers] : client_->filters)
      MUSTER_TRY(transport::check_overlap(known, key));
    auto taker = std::make_shared<transport::Taker>(handler);
    client_->filters[key].push_back(taker);
    if (client_->linked) hub->send_kept(*client_, key);
    return transport::Subscription(taker, [weak = hub_, client = client_, key, taker] {
      const auto still = weak.lock();
      if (!still) return;
      const std::lock_guard leaving(still->mutex);
      auto& takers = client->filters[key];
      std::erase(takers, taker);
      if (takers.empty()) client->filters.erase(key);
    });
  }

  template <class Call>
  Status with_link(Call call) {
    const auto hub = hub_.lock();
    if (!hub) return fail(Errc::unavailable, "the broker in memory is gone");
    const std::lock_guard lock(hub->mutex);
    if (!client_->linked) return fail(Errc::unavailable, "no connection to the broker now");
    call(*hub);
    return {};
  }

  const std::string id_;
  const std::shared_ptr<MemoryClient> client_;
  const std::weak_ptr<MemoryBroker::Hub> hub_;
};

MemoryBroker::MemoryBroker() : hub_(std::make_shared<Hub>()) {}
MemoryBroker::~MemoryBroker() = default;

std::unique_ptr<transport::Bus> MemoryBroker::connect(const std::string& client_id,
                                                      std::optional<MemoryWill> will,
                                                      transport::Bus::LinkHandler on_link) {
  auto client = std::make_shared<MemoryClient>(std::move(will), std::move(on_link));
  const std::lock_guard lock(hub_->mutex);
  auto& place = hub_->clients[client_id];
  if (place)
    hub_->unlink(*place, LinkState::taken_over, "another client connected with our client id");
  place = client;
  client->report(LinkState::connected, "connected to the broker in memory");
  return std::make_unique<MemoryBus>(client_id, std::move(client), hub_);
}

void MemoryBroker::drop(const std::string& client_id) {
  const std::lock_guard lock(hub_->mutex);
  if (const auto found = hub_->clients.find(client_id); found != hub_->clients.end())
    hub_->unlink(*found->second, LinkState::lost, "the link to the broker broke");
}

void MemoryBroker::restore(const std::string& client_id) {
  const std::lock_guard lock(hub_->mutex);
  const auto found = hub_->clients.find(client_id);
  if (found == hub_->clients.end() || found->second->linked) return;
  auto& client = *found->second;
  client.linked = true;
  for (const auto& [filter, takers] : client.filters) hub_->send_kept(client, filter);
  client.report(LinkState::connected, "connected to the broker in memory");
}

std::optional<std::string> MemoryBroker::retained(const std::string& topic) const {
  const std::lock_guard lock(hub_->mutex);
  const auto found = hub_->kept.find(topic);
  if (found == hub_->kept.end()) return std::nullopt;
  return found->second;
}

}  // namespace muster::test
