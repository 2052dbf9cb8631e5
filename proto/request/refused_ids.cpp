#include "proto/request/refused_ids.hpp"

#include <algorithm>

#include "proto/security/replay_window.hpp"

namespace muster::request {

std::string id_kept(const messages::Request& request) {
  return request.id.substr(0, security::kRequestIdMaxBytes + 1);
}

bool RefusedIds::knows(const messages::Request& request) const {
  const base::Locked kept(ids_);
  const auto found = kept->find(request.caller);
  return found != kept->end() && std::find(found->second.begin(), found->second.end(),
                                           id_kept(request)) != found->second.end();
}

void RefusedIds::keep(const messages::Request& request) {
  const base::Locked kept(ids_);
  if (kept->size() >= kRefusedCallersKeptMax && !kept->contains(request.caller))
    kept->erase(kept->begin());
  auto& ids = (*kept)[request.caller];
  if (ids.size() >= kRefusedIdsKeptMax) ids.pop_front();
  ids.push_back(id_kept(request));
}

}  // namespace muster::request
