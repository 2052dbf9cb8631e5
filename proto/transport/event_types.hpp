// The kinds of event that a node may tell. All others are an orchestrator's, or an operator's, to say: neither the broker
// lets a node write them, nor does a receiver believe them of one. docs/PROTOCOL.md, "Events".
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace muster::transport {

inline constexpr std::array<std::string_view, 4> kNodeEvents{"joined", "left", "job", "taken-over"};

inline bool is_node_event(std::string_view type) {
  return std::find(kNodeEvents.begin(), kNodeEvents.end(), type) != kNodeEvents.end();
}

}  // namespace muster::transport
