#include "tests/sim/broker/broker_model.hpp"

#include <utility>

namespace muster::sim {

std::int64_t BrokerModel::now_ms() const {
  const auto now = loop_.clock().steady().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::optional<SessionId> BrokerModel::open(const std::string& client_id, std::optional<Will> will,
                                           Peer& peer) {
  if (!up_) return std::nullopt;
  if (const auto before = by_client_.find(client_id); before != by_client_.end()) {
    const auto id = before->second;
    sessions_.at(id).peer->hung_up(HungUp::taken_over);
    lose(id);
  }
  const auto id = ++last_;
  sessions_.emplace(id, Session{client_id, std::move(will), &peer, {}});
  by_client_[client_id] = id;
  return id;
}

BrokerModel::Session BrokerModel::take_out(SessionId id) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return {};
  auto session = std::move(found->second);
  sessions_.erase(found);
  by_client_.erase(session.client_id);
  for (const auto& filter : session.filters) subscriptions_.remove(filter, id);
  return session;
}

void BrokerModel::close(SessionId id) {
  take_out(id);
}

void BrokerModel::lose(SessionId id) {
  const auto session = take_out(id);
  if (session.will)
    route(session.will->topic, session.will->payload, {.retain = session.will->retain});
}

void BrokerModel::deliver(const Session& session, const transport::Message& message) {
  ++traffic_.delivered;
  traffic_.delivered_bytes += message.payload.size();
  if (watcher_) watcher_({session.client_id, true, message.topic, message.payload});
  session.peer->deliver(message);
  if (repeats_) session.peer->deliver(message);
}

void BrokerModel::publish(SessionId id, const std::string& topic, const std::string& payload,
                          const transport::PublishOptions& options) {
  const auto session = sessions_.find(id);
  if (session == sessions_.end()) return;
  ++traffic_.published;
  traffic_.published_bytes += payload.size();
  if (watcher_) watcher_({session->second.client_id, false, topic, payload});
  route(topic, payload, options);
}

void BrokerModel::route(const std::string& topic, const std::string& payload,
                        const transport::PublishOptions& options) {
  if (options.retain && payload.empty()) retained_.erase(topic);
  if (options.retain && !payload.empty()) {
    auto& kept = retained_[topic];
    kept.payload = payload;
    kept.until_ms.reset();
    if (options.expiry_s != 0) kept.until_ms = now_ms() + std::int64_t{1'000} * options.expiry_s;
  }
  for (const auto id : subscriptions_.matching(topic))
    if (const auto session = sessions_.find(id); session != sessions_.end())
      deliver(session->second, {topic, payload, false});
}

void BrokerModel::subscribe(SessionId id, const std::vector<std::string>& filters) {
  const auto session = sessions_.find(id);
  if (session == sessions_.end()) return;
  for (const auto& filter : filters) {
    session->second.filters.insert(filter);
    subscriptions_.add(filter, id);
    std::size_t burst = 0;
    for (const auto& topic : retained_topics(filter)) {
      if (habits_.retained_burst_max && burst++ >= *habits_.retained_burst_max) break;
      deliver(session->second, {topic, retained_.at(topic).payload, true});
    }
  }
}

void BrokerModel::unsubscribe(SessionId id, const std::vector<std::string>& filters) {
  const auto session = sessions_.find(id);
  if (session == sessions_.end()) return;
  for (const auto& filter : filters) {
    session->second.filters.erase(filter);
    subscriptions_.remove(filter, id);
  }
}

void BrokerModel::crash() {
  up_ = false;
  auto sessions = std::exchange(sessions_, {});
  by_client_.clear();
  subscriptions_ = {};
  for (auto& [id, session] : sessions) session.peer->hung_up(HungUp::broker_down);
}

void BrokerModel::start(bool with_memory) {
  up_ = true;
  if (!with_memory) retained_.clear();
}

std::optional<std::string> BrokerModel::retained(const std::string& topic) const {
  const auto found = retained_.find(topic);
  if (found == retained_.end() || !alive(found->second)) return std::nullopt;
  return found->second.payload;
}

std::vector<std::string> BrokerModel::retained_topics(std::string_view filter) const {
  // What stands before the first wildcard narrows the search; "a/#" matches "a" too.
  auto prefix = filter.substr(0, filter.find_first_of("+#"));
  if (prefix.ends_with('/')) prefix.remove_suffix(1);
  std::vector<std::string> topics;
  for (auto at = retained_.lower_bound(std::string(prefix));
       at != retained_.end() && at->first.starts_with(prefix); ++at)
    if (alive(at->second) && transport::topic_matches(filter, at->first))
      topics.push_back(at->first);
  return topics;
}

}  // namespace muster::sim
