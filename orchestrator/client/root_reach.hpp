// How far a root has come: which nodes obey it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::client {

class Link;

inline constexpr std::chrono::milliseconds kRootReachPatience{10'000};

struct RootReach {
  std::vector<std::string> have;  // nodes on the bus that say that they obey it; each list sorted
  std::vector<std::string> lack;  // nodes on the bus that do not
  std::vector<std::string> away;  // nodes that were provisioned and are not on the bus
};

// For each of `roots`, in their order. Blocks for kRootReachPatience at most.
Result<std::vector<RootReach>> root_reach(Link& link, const std::vector<x509::Certificate>& roots);

}  // namespace muster::client
