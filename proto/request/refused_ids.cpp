#include "proto/request/refused_ids.hpp"

#include <algorithm>

#include "proto/security/replay_window.hpp"

namespace muster::request {

std::string id_kept(const messages::Request& request) {
  return request.id.substr(0, security::kRequestIdMaxBytes + 1);
}

bool RefusedIds::knows(const messages::Request& request) const {
  const std::lock_guard lock(mutex_);
  const auto found = ids_.find(request.caller);
  return found != ids_.end() && std::find(found->second.begin(), found->second.end(),
                                          id_kept(request)) != found->second.end();
}

void RefusedIds::keep(const messages::Request& request) {
  const std::lock_guard lock(mutex_);
  if (ids_.size() >= kRefusedCallersKeptMax && !ids_.contains(request.caller))
    ids_.erase(ids_.begin());
  auto& ids = ids_[request.caller];
  if (ids.size() >= kRefusedIdsKeptMax) ids.pop_front();
  ids.push_back(id_kept(request));
}

}  // namespace muster::request
