#include "tests/sim/broker/subscription_tree.hpp"

namespace muster::sim {
namespace {

std::vector<std::string_view> levels_of(std::string_view topic) {
  std::vector<std::string_view> levels;
  for (;;) {
    const auto slash = topic.find('/');
    levels.push_back(topic.substr(0, slash));
    if (slash == std::string_view::npos) return levels;
    topic.remove_prefix(slash + 1);
  }
}

}  // namespace

void SubscriptionTree::add(std::string_view filter, SessionId session) {
  auto* level = &root_;
  for (const auto& name : levels_of(filter)) {
    auto found = level->below.find(name);
    if (found == level->below.end()) found = level->below.emplace(std::string(name), Level{}).first;
    level = &found->second;
  }
  level->here.insert(session);
}

void SubscriptionTree::remove(std::string_view filter, SessionId session) {
  std::vector<std::pair<Level*, std::map<std::string, Level, std::less<>>::iterator>> path;
  auto* level = &root_;
  for (const auto& name : levels_of(filter)) {
    const auto found = level->below.find(name);
    if (found == level->below.end()) return;
    path.emplace_back(level, found);
    level = &found->second;
  }
  level->here.erase(session);
  for (auto step = path.rbegin(); step != path.rend(); ++step) {
    const auto& [above, at] = *step;
    if (!at->second.here.empty() || !at->second.below.empty()) return;
    above->below.erase(at);
  }
}

void SubscriptionTree::collect(const Level& level, const std::vector<std::string_view>& topic,
                               std::size_t depth, std::set<SessionId>& found) {
  // "a/#" matches "a" too.
  if (const auto rest = level.below.find("#"); rest != level.below.end())
    found.insert(rest->second.here.begin(), rest->second.here.end());
  if (depth == topic.size()) {
    found.insert(level.here.begin(), level.here.end());
    return;
  }
  if (const auto exact = level.below.find(topic[depth]); exact != level.below.end())
    collect(exact->second, topic, depth + 1, found);
  if (const auto any = level.below.find("+"); any != level.below.end())
    collect(any->second, topic, depth + 1, found);
}

std::vector<SessionId> SubscriptionTree::matching(std::string_view topic) const {
  std::set<SessionId> found;
  collect(root_, levels_of(topic), 0, found);
  return {found.begin(), found.end()};
}

}  // namespace muster::sim
