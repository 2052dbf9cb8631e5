#include "orchestrator/client/own_words.hpp"

#include <utility>

#include "proto/x509/key.hpp"

namespace muster::client {

void OwnWords::said(std::string_view message) {
  auto digest = x509::sha256(message);
  const base::Locked digests(digests_);
  if (!digests->all.insert(digest).second) return;
  digests->in_order.push_back(std::move(digest));
  if (digests->in_order.size() <= kOwnWordsKept) return;
  digests->all.erase(digests->in_order.front());
  digests->in_order.pop_front();
}

bool OwnWords::has_said(std::string_view message) const {
  const auto digest = x509::sha256(message);
  return base::Locked(digests_)->all.contains(digest);
}

}  // namespace muster::client
