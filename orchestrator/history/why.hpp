// Why a run failed, so that the same cause on many nodes is one.
#pragma once

#include <string>

#include "orchestrator/client/records.hpp"

namespace muster::history {

inline constexpr std::size_t kWhyMaxBytes = 160;

// The record's reason without what differs from node to node: its name, its master's, and numbers. One line.
std::string why_of(const client::Record& record);

}  // namespace muster::history
