// What befalls a site in some nights besides, drawn by itself: the nights without it stay what they were.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/sim/faults/fault_plan.hpp"

namespace muster::sim {

// Lasts beyond each night.
inline constexpr std::chrono::hours kForGood{24 * 365};

// Of each fourth seed.
bool has_further_faults(std::uint64_t seed, FaultLevel level);

// Agents of masters that start anew; masters that take nothing for most things and up to a hundred seconds for others, or refuse for
// moments; orchestrators that leave in order and come back; a broker that loses half of what it retains when all is quiet again; a node whose Puppet runs fail for an hour; a master that an operator retires, and takes back or does not.
std::vector<Fault> further_faults(std::uint64_t seed, const FaultScope& scope);

}  // namespace muster::sim
