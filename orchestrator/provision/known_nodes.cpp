#include "orchestrator/provision/known_nodes.hpp"

#include <algorithm>

namespace muster::provision {

KnownNode* KnownNodes::find(const std::string& identity) {
  const auto at = nodes_.find(identity);
  return at == nodes_.end() ? nullptr : &at->second.node;
}

KnownNode* KnownNodes::make(const std::string& identity) {
  if (auto* known = find(identity)) return known;
  if (nodes_.size() >= kNodesMax) return nullptr;
  auto& node = nodes_[identity].node;
  node.backoff = std::make_unique<base::Backoff>(retry_first_, retry_most_);
  return &node;
}

void KnownNodes::erase(const std::string& identity) {
  if (!nodes_.contains(identity)) return;
  set_join(identity, std::nullopt);
  set_due(identity, std::nullopt);
  nodes_.erase(identity);
}

void KnownNodes::set_join(const std::string& identity, std::optional<client::JoinAddress> join) {
  auto& node = nodes_.at(identity).node;
  // A machine that changed its name has the same client id under the new one.
  if (node.join && joined_as(node.join->client_id) == identity)
    by_client_id_.erase(node.join->client_id);
  node.join = std::move(join);
  if (node.join) by_client_id_[node.join->client_id] = identity;
}

std::string KnownNodes::joined_as(const std::string& client_id) const {
  const auto at = by_client_id_.find(client_id);
  return at == by_client_id_.end() ? "" : at->second;
}

void KnownNodes::set_due(const std::string& identity, std::optional<TimePoint> due) {
  auto& entry = nodes_.at(identity);
  held_up_.erase(identity);
  if (entry.due) due_.erase({*entry.due, identity});
  entry.due = due;
  if (due) due_.emplace(*due, identity);
}

std::optional<KnownNodes::TimePoint> KnownNodes::due(const std::string& identity) const {
  const auto at = nodes_.find(identity);
  return at == nodes_.end() ? std::nullopt : at->second.due;
}

void KnownNodes::hold_up(const std::string& identity, TimePoint until) {
  set_due(identity, until);
  held_up_.insert(identity);
}

std::vector<std::string> KnownNodes::held_by(const std::string& orchestrator) const {
  std::vector<std::string> names;
  for (const auto& [identity, entry] : nodes_)
    if (entry.node.holder.orchestrator == orchestrator) names.push_back(identity);
  return names;
}

void KnownNodes::go_on_with_held_up(bool all, TimePoint now) {
  while (!held_up_.empty()) {
    const auto first = *held_up_.begin();
    set_due(first, now);
    if (!all) return;
  }
}

std::optional<KnownNodes::TimePoint> KnownNodes::next_due() const {
  if (due_.empty()) return std::nullopt;
  return due_.begin()->first;
}

std::vector<std::string> KnownNodes::due_by(TimePoint now) const {
  std::vector<std::string> names;
  for (const auto& [due, identity] : due_) {
    if (due > now) break;
    names.push_back(identity);
  }
  return names;
}

std::vector<std::string> KnownNodes::in_turn(const std::vector<std::string>& due,
                                             std::size_t places) const {
  std::vector<admission::InTurn> waiting;
  waiting.reserve(due.size());
  for (const auto& identity : due) {
    const auto& entry = nodes_.at(identity);
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(
        entry.due.value_or(TimePoint{}).time_since_epoch());
    waiting.push_back({identity, entry.node.token, since.count()});
  }
  return admission::in_turn(std::move(waiting), under_way_, places);
}

void KnownNodes::begin(const std::string& identity) {
  set_due(identity, std::nullopt);
  auto& entry = nodes_.at(identity);
  entry.node.running = true;
  entry.node.told_that_it_waits = false;
  entry.line = entry.node.token;
  ++under_way_[entry.line];
}

void KnownNodes::end(const std::string& identity) {
  auto& entry = nodes_.at(identity);
  entry.node.running = false;
  const auto line = under_way_.find(entry.line);
  if (line != under_way_.end() && --line->second == 0) under_way_.erase(line);
}

}  // namespace muster::provision
