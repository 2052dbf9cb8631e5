#include "orchestrator/client/brokers_told.hpp"

#include <algorithm>

namespace muster::client {

void BrokersTold::note(const std::vector<OnDuty>& on_duty) {
  std::map<Watcher, bool> now;
  for (const auto& one : on_duty) {
    if (!one.watcher) continue;
    const auto& roots = one.broker_roots;
    const bool has = std::find(roots.begin(), roots.end(), root_) != roots.end();
    // Two answers of one watcher are somebody with its certificate: the worse one counts.
    const auto at = now.emplace(Watcher{one.host, one.session}, true).first;
    at->second = at->second && has;
  }
  for (const auto& [watcher, has] : now) has_[watcher] = has;
}

std::map<std::string, std::size_t> BrokersTold::lacking() const {
  std::map<std::string, std::size_t> hosts;
  for (const auto& [watcher, has] : has_)
    if (!has) ++hosts[watcher.first];
  return hosts;
}

}  // namespace muster::client
