#include "orchestrator/provision/set_aside.hpp"

#include <fmt/format.h>

#include "proto/base/log.hpp"

namespace muster::provision {

void SetAside::add(const std::string& master, const std::string& why) {
  if (!has(master))
    log::warning(
        "a master gets no nodes for a while",
        {{"master", master}, {"seconds", std::to_string(kSetAsideFor.count())}, {"why", why}});
  masters_[master] = {clock_.steady() + kSetAsideFor, why};
}

bool SetAside::has(const std::string& master) const {
  return find(master) != nullptr;
}

const SetAside::Aside* SetAside::find(const std::string& master) const {
  const auto at = masters_.find(master);
  return at == masters_.end() || at->second.until <= clock_.steady() ? nullptr : &at->second;
}

void SetAside::apply_to(std::vector<MasterCandidate>& candidates) const {
  for (auto& candidate : candidates) {
    const auto* aside = find(candidate.identity);
    if (aside == nullptr || candidate.is_ill()) continue;
    candidate.healthy = false;
    candidate.is_full = false;
    candidate.is_aside = true;
    const auto left = std::chrono::ceil<std::chrono::seconds>(aside->until - clock_.steady());
    candidate.ill_because = fmt::format("set aside for {} s: {}", left.count(), aside->why);
  }
}

}  // namespace muster::provision
