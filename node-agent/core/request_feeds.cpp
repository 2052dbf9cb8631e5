#include "node-agent/core/request_feeds.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "proto/base/log.hpp"
#include "proto/transport/topics.hpp"

namespace muster::agent {

namespace topics = transport::topics;

std::vector<std::string> RequestFeeds::topics_of(const std::string& agent) const {
  std::vector<std::string> all;
  for (const auto& collective : identity_.collectives)
    all.push_back(topics::request_to_agent(collective, agent, topics::kEveryCaller));
  return all;
}

void RequestFeeds::open(const std::vector<std::string>& agents,
                        std::function<void(const Status&)> opened) {
  opened_ = std::move(opened);
  std::vector<std::string> to_agents;
  for (const auto& agent : agents) {
    auto filters = topics_of(agent);
    std::move(filters.begin(), filters.end(), std::back_inserter(to_agents));
  }
  agents_ = {agents.begin(), agents.end()};
  std::vector<std::string> to_us;
  for (const auto& collective : identity_.collectives)
    to_us.push_back(topics::request_to_node(collective, identity_.name, topics::kEveryCaller));
  const auto first = tickets_.next();
  const auto second = tickets_.next();
  opening_ = {second};
  if (!to_agents.empty()) {
    opening_.insert(first);
    host_.subscribe(first, Feed::agents, std::move(to_agents));
  }
  host_.subscribe(second, Feed::node, std::move(to_us));
}

void RequestFeeds::follow(const std::vector<std::string>& agents) {
  const std::set<std::string> wanted(agents.begin(), agents.end());
  for (const auto& agent : agents_)
    if (!wanted.contains(agent)) host_.unsubscribe(topics_of(agent));
  std::erase_if(agents_, [&](const auto& agent) { return !wanted.contains(agent); });
  // What the broker says of them concerns nobody: who comes back is asked for anew.
  std::erase_if(asked_for_, [&](const auto& asked) { return !wanted.contains(asked.second); });
  for (const auto& agent : wanted) {
    if (!agents_.insert(agent).second) continue;
    const auto ticket = tickets_.next();
    asked_for_.emplace(ticket, agent);
    host_.subscribe(ticket, Feed::agents, topics_of(agent));
  }
}

bool RequestFeeds::on_subscribed(Ticket ticket, const Status& status) {
  if (opening_.erase(ticket) > 0) {
    if (!status) opening_.clear();
    if (opening_.empty()) opened_(status);
    return true;
  }
  const auto asked = asked_for_.extract(ticket);
  if (asked.empty()) return false;
  if (status) return true;
  agents_.erase(asked.mapped());  // so that the next follow() tries again
  log::warning("cannot take requests to an agent",
               {{"agent", asked.mapped()}, {"why", status.error().message}});
  return true;
}

}  // namespace muster::agent
