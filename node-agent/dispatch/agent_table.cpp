#include "node-agent/dispatch/agent_table.hpp"

#include <algorithm>

namespace muster::agent {

AgentTable::AgentTable(std::vector<std::unique_ptr<plugins::Agent>> built_in) {
  for (auto& agent : built_in)
    if (agent->active()) built_in_.push_back(std::move(agent));
  set({built_in_, {}});
}

void AgentTable::replace_others(std::vector<std::shared_ptr<plugins::Agent>> others,
                                std::vector<plugins::DisabledAgent> disabled) {
  others.insert(others.end(), built_in_.begin(), built_in_.end());
  set({std::move(others), std::move(disabled)});
}

void AgentTable::set(Offer offer) {
  std::sort(offer.agents.begin(), offer.agents.end(),
            [](const auto& a, const auto& b) { return a->name() < b->name(); });
  auto fresh = std::make_shared<const Offer>(std::move(offer));
  base::Locked(offer_)->swap(fresh);  // the old one goes after the lock
}

std::shared_ptr<const AgentTable::Offer> AgentTable::current() const {
  return *base::Locked(offer_);
}

std::shared_ptr<plugins::Agent> AgentTable::find(std::string_view name) const {
  const auto offer = current();
  const auto at =
      std::lower_bound(offer->agents.begin(), offer->agents.end(), name,
                       [](const auto& agent, auto wanted) { return agent->name() < wanted; });
  if (at == offer->agents.end() || (*at)->name() != name) return nullptr;
  return *at;
}

std::vector<std::string> AgentTable::names() const {
  std::vector<std::string> all;
  const auto offer = current();  // a temporary one would be gone before the first turn
  for (const auto& agent : offer->agents) all.push_back(agent->name());
  return all;
}

std::vector<std::shared_ptr<const ddl::Agent>> AgentTable::ddls() const {
  std::vector<std::shared_ptr<const ddl::Agent>> all;
  const auto offer = current();
  for (const auto& agent : offer->agents) all.emplace_back(agent, &agent->ddl());
  return all;
}

std::vector<plugins::DisabledAgent> AgentTable::disabled() const {
  return current()->disabled;
}

Value AgentTable::presence_facts() const {
  Value all = Value::object();
  const auto offer = current();
  for (const auto& agent : offer->agents) all.update(agent->presence_facts());
  return all;
}

std::string AgentTable::lease_holder() const {
  const auto offer = current();  // held: it may be replaced meanwhile
  for (const auto& agent : offer->agents)
    if (auto holder = agent->lease_holder(); !holder.empty()) return holder;
  return "";
}

}  // namespace muster::agent
