// What must hold of leases after a simulated night.
#pragma once

#include <string>
#include <vector>

#include "tests/sim/faults/morning.hpp"

namespace muster::sim {

// A line for each promise that is broken:
// - What a machine's witness complains of.
// - Nobody loses a lease to another while broker, machine and holder have been well for two and a half minutes: longer than a
//   lease lasts, and than links take to come back; nor before any orchestrator's clock was wrong.
// - The record of a node in production is that of its last lease, unless the broker has forgotten.
std::vector<std::string> broken_lease_promises(const Morning& morning);

}  // namespace muster::sim
