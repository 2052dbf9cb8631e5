#include "orchestrator/provision/known_nodes.hpp"

#include <algorithm>

namespace muster::provision {
namespace {

// No node's name is behind it.
constexpr const char* kLastName = "\xff";

}  // namespace

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
  if (entry.held_up_since) {
    held_up_.erase({*entry.held_up_since, identity});
    for_place_.erase({*entry.held_up_since, identity});
  }
  if (entry.due) {
    due_.erase({*entry.due, identity});
    untold_.erase({*entry.due, identity});
    turns_.leave(identity);
  }
  entry.due = due;
  if (!due) return;
  due_.emplace(*due, identity);
  if (!entry.told) untold_.emplace(*due, identity);
  if (*due <= ripened_) enter_turns(identity, entry);
}

void KnownNodes::enter_turns(const std::string& identity, const Entry& entry) {
  // Who was held up waits since then, not since it was woken.
  const auto due = entry.due.value_or(TimePoint{});
  const auto since = std::min(due, entry.held_up_since.value_or(due)).time_since_epoch();
  turns_.enter({identity, entry.node.token,
                std::chrono::duration_cast<std::chrono::milliseconds>(since).count()});
}

void KnownNodes::ripen(TimePoint now) {
  if (now <= ripened_) return;
  for (auto at = due_.upper_bound({ripened_, kLastName}); at != due_.end() && at->first <= now;
       ++at)
    enter_turns(at->second, nodes_.at(at->second));
  ripened_ = now;
}

std::optional<KnownNodes::TimePoint> KnownNodes::due(const std::string& identity) const {
  const auto at = nodes_.find(identity);
  return at == nodes_.end() ? std::nullopt : at->second.due;
}

bool KnownNodes::is_ripe(const std::string& identity, TimePoint now) const {
  const auto time = due(identity);
  return time && *time <= now;
}

void KnownNodes::hold_up(const std::string& identity, TimePoint until, TimePoint now,
                         bool waits_for_place) {
  set_due(identity, until);
  auto& since = nodes_.at(identity).held_up_since;
  if (!since) since = now;
  held_up_.emplace(*since, identity);
  if (waits_for_place) for_place_.emplace(*since, identity);
}

std::optional<KnownNodes::TimePoint> KnownNodes::held_up_since(const std::string& identity) const {
  const auto at = nodes_.find(identity);
  return at == nodes_.end() ? std::nullopt : at->second.held_up_since;
}

std::vector<std::string> KnownNodes::held_by(const std::string& orchestrator) const {
  std::vector<std::string> names;
  for (const auto& [identity, entry] : nodes_)
    if (entry.node.holder.orchestrator == orchestrator) names.push_back(identity);
  return names;
}

void KnownNodes::go_on_with_held_up(TimePoint now) {
  while (!held_up_.empty()) {
    const auto identity = held_up_.begin()->second;
    set_due(identity, now);
  }
}

KnownNode* KnownNodes::wake_one(TimePoint now, const std::string& behind) {
  auto next = for_place_.begin();
  if (const auto since = held_up_since(behind)) next = for_place_.upper_bound({*since, behind});
  if (next == for_place_.end()) return nullptr;
  const auto identity = next->second;
  set_due(identity, now);
  return find(identity);
}

std::optional<KnownNodes::TimePoint> KnownNodes::next_due() const {
  if (due_.empty()) return std::nullopt;
  return due_.begin()->first;
}

std::vector<std::string> KnownNodes::take_untold(TimePoint due_by, std::size_t most) {
  std::vector<std::string> names;
  while (names.size() < most && !untold_.empty() && untold_.begin()->first <= due_by) {
    auto name = std::move(untold_.extract(untold_.begin()).value().second);
    nodes_.at(name).told = true;
    names.push_back(std::move(name));
  }
  return names;
}

void KnownNodes::begin(const std::string& identity) {
  set_due(identity, std::nullopt);
  auto& entry = nodes_.at(identity);
  entry.node.running = true;
  entry.told = false;
  entry.line = entry.node.token;
  turns_.begun(entry.line);
}

void KnownNodes::end(const std::string& identity, bool held_up) {
  auto& entry = nodes_.at(identity);
  if (!held_up) entry.held_up_since.reset();
  entry.node.running = false;
  turns_.ended(entry.line);
}

}  // namespace muster::provision
