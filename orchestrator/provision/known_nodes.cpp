#include "orchestrator/provision/known_nodes.hpp"

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
  held_up_.erase(identity);
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
  const auto since = entry.due.value_or(TimePoint{}).time_since_epoch();
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

void KnownNodes::end(const std::string& identity) {
  auto& entry = nodes_.at(identity);
  entry.node.running = false;
  turns_.ended(entry.line);
}

}  // namespace muster::provision
