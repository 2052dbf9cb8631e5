// The keys of one node of a swarm.
#pragma once

#include <optional>

#include "node-agent/join/join_identity.hpp"
#include "tests/swarm/links/tls.hpp"

namespace muster::swarm {

struct NodeKeys {
  // Its key and certificate; nothing before it has joined.
  std::optional<Pair> member = std::nullopt;
  std::optional<agent::JoinIdentity> join = std::nullopt;  // of one that begins in the join zone
  std::optional<x509::Key> requested = std::nullopt;       // for which it asked the CA
};

}  // namespace muster::swarm
