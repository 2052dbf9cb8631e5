// What a simulation counted, as tests/bench/run prints figures.
#pragma once

#include <string>
#include <vector>

#include "tests/sim/program/simulation.hpp"

namespace muster::sim {

// The figures of an outcome, each a line of JSON.
std::vector<std::string> figures(const Options& options, const Outcome& outcome);

}  // namespace muster::sim
