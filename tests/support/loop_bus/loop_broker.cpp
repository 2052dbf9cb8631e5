#include "tests/support/loop_bus/loop_broker.hpp"

#include <algorithm>
#include <utility>

namespace muster::test {

using std::chrono::milliseconds;
using transport::LinkState;
using transport::Message;
using transport::Qos;

class LoopClient final : public transport::Bus {
 public:
  LoopClient(LoopBroker& broker, LinkHandler on_link)
      : broker_(broker), on_link_(std::move(on_link)) {
    broker_.clients_.push_back(this);
  }
  ~LoopClient() override { std::erase(broker_.clients_, this); }

  Status publish(std::string_view topic, std::string payload,
                 transport::PublishOptions options) override {
    if (!broker_.linked_) return fail(Errc::unavailable, "no link now");
    broker_.forward({std::string(topic), std::move(payload), false}, options);
    return {};
  }
  Status flush(milliseconds) override { return {}; }

  Result<std::vector<transport::Subscription>> subscribe_all(
      const std::vector<std::string>& filters, Qos qos, const MessageHandler& handler) override {
    std::vector<transport::Subscription> all;
    for (const auto& filter : filters) {
      for (const auto& [known, takers] : filters_)
        MUSTER_TRY(transport::check_overlap(known, filter));
      auto taker = std::make_shared<transport::Taker>(handler);
      filters_[filter].push_back(taker);
      if (broker_.linked_) broker_.send_kept(*this, filter, qos);
      all.emplace_back(taker, [this, alive = std::weak_ptr(alive_), filter, taker] {
        if (alive.expired()) return;
        auto& takers = filters_[filter];
        std::erase(takers, taker);
        if (takers.empty()) filters_.erase(filter);
      });
    }
    return all;
  }
  bool connected() const override { return broker_.linked_; }
  void disconnect() override {}

  void take(const Message& message) const {
    const auto filters = filters_;  // a handler may change them
    for (const auto& [filter, takers] : filters)
      if (transport::topic_matches(filter, message.topic))
        for (const auto& taker : takers) taker->take(message);
  }
  void report(LinkState state) const {
    if (on_link_) on_link_(state, "the test");
  }

  std::map<std::string, std::vector<std::shared_ptr<transport::Taker>>> filters_;
  std::chrono::steady_clock::time_point full_until{};

 private:
  LoopBroker& broker_;
  const LinkHandler on_link_;
  const std::shared_ptr<bool> alive_ = std::make_shared<bool>();  // subscriptions may outlive us
};

std::unique_ptr<transport::Bus> LoopBroker::connect(transport::Bus::LinkHandler on_link) {
  return std::make_unique<LoopClient>(*this, std::move(on_link));
}

void LoopBroker::forward(const Message& message, transport::PublishOptions options) {
  ++published_[message.topic];
  if (options.retain && message.payload.empty()) kept_.erase(message.topic);
  if (options.retain && !message.payload.empty()) kept_[message.topic] = message.payload;
  for (auto* client : clients_) {
    if (loop_.clock().steady() < client->full_until) continue;
    loop_.after(habits.others_late, [this, client, message, link = link_] {
      if (linked_ && link == link_) client->take(message);
    });
  }
}

void LoopBroker::send_kept(LoopClient& client, const std::string& filter, Qos qos) {
  std::size_t room = qos == Qos::at_most_once ? habits.queue_at_most_once : habits.queue;
  for (const auto& [topic, payload] : kept_) {
    if (!transport::topic_matches(filter, topic)) continue;
    if (room-- == 0) {
      if (habits.drops_what_follows) client.full_until = loop_.clock().steady() + kQueueFull;
      return;
    }
    loop_.after(habits.kept_late,
                [this, to = &client, message = Message{topic, payload, true}, link = link_] {
                  if (linked_ && link == link_) to->take(message);
                });
  }
}

void LoopBroker::drop() {
  linked_ = false;
  ++link_;
  for (auto* client : clients_) client->report(LinkState::lost);
}

void LoopBroker::restore(bool forgets) {
  if (forgets) kept_.clear();
  linked_ = true;
  for (auto* client : clients_) {
    for (const auto& [filter, takers] : client->filters_)
      send_kept(*client, filter, Qos::at_least_once);
    client->report(LinkState::connected);
  }
}

void LoopBroker::publish(const std::string& topic, const std::string& payload) {
  forward({topic, payload, false}, {.retain = true});
}

std::optional<std::string> LoopBroker::kept(const std::string& topic) const {
  const auto found = kept_.find(topic);
  if (found == kept_.end()) return std::nullopt;
  return found->second;
}

std::size_t LoopBroker::published(const std::string& topic) const {
  const auto found = published_.find(topic);
  return found == published_.end() ? 0 : found->second;
}

}  // namespace muster::test
