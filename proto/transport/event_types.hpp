// The kinds of event, and those that a node may tell. All others are an orchestrator's, or an operator's, to say: neither the broker
// lets a node write them, nor does a receiver believe them of one. docs/PROTOCOL.md, "Events".
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace muster::transport {

inline constexpr std::array<std::string_view, 4> kNodeEvents{"joined", "left", "job", "taken-over"};

// All that are told on the bus.
inline constexpr std::array<std::string_view, 20> kEvents{"joined",
                                                          "left",
                                                          "job",
                                                          "provisioned",
                                                          "failed",
                                                          "orchestrator-joined",
                                                          "orchestrator-left",
                                                          "expiring",
                                                          "taken-over",
                                                          "banned",
                                                          "unbanned",
                                                          "revoked",
                                                          "approval-asked",
                                                          "approval-given",
                                                          "approval-denied",
                                                          "step-asks",
                                                          "decommissioned",
                                                          "tokens-full",
                                                          "file-damaged",
                                                          "master-retired"};

inline bool is_node_event(std::string_view type) {
  return std::find(kNodeEvents.begin(), kNodeEvents.end(), type) != kNodeEvents.end();
}

}  // namespace muster::transport
