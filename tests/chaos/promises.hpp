// What must hold once everything that broke has healed: the promises of tests/sim/faults, from the records of real parts.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "tests/chaos/evidence.hpp"

namespace muster::chaos {

// A lease's owner renews it before it ends, and who takes it over does so soon after.
inline constexpr std::chrono::seconds kLeaseOverdue{5};

// A line for each node that still is on its way, or whose record or presence does not say where it has arrived.
std::vector<std::string> unsettled(const Evidence& evidence);

// A line for each promise that is broken, those of unsettled() first:
// - Each node is in production, online and with the one valid certificate of its name, or has failed; its record says so.
// - No certificate was signed for a key that its node did not make.
// - Of several valid certificates of a name, a debt names all but the node's.
// - No lease outlives its owner.
// - Of each outcome people are told under one id, and of none that did not come about.
std::vector<std::string> broken_promises(const Evidence& evidence);

// Nodes in that state by their own disks: "finished", "failed", "claimed", "waiting".
std::size_t count_of(const Evidence& evidence, plugins::provision::State state);
// Ids that are in more than one outbox: people are told twice, under one id.
std::size_t told_by_several(const Evidence& evidence);

}  // namespace muster::chaos
