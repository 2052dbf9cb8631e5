// Why a run failed, so that the same cause on many nodes is one.
#pragma once

#include <string>

#include "orchestrator/client/records.hpp"

namespace muster::history {

inline constexpr std::size_t kWhyMaxBytes = 160;
inline constexpr std::size_t kTextMaxBytes =
    1024;  // of what a node or a master said: a reason, a step's message

// The record's reason without what differs from node to node: its name, its master's, and numbers. One line.
std::string why_of(const client::Record& record);

}  // namespace muster::history
