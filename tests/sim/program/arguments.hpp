// The command line of muster-sim.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/sim/program/options.hpp"

namespace muster::sim {

inline constexpr const char* kUsage =
    "muster-sim [--seed S | --seed A..B] [--nodes N] [--masters M] [--orchestrators O]\n"
    "           [--operators P] [--token-uses U] [--faults none|light|heavy|all [--hours H] "
    "[--only-faults "
    "none|N,N…]\n"
    "           [--seeds COUNT] [--first] [--shrink FILE]] [--crypto hash|real]\n"
    "           [--trace FILE] [--verbose]\n"
    "The same seed gives the same run; --seeds runs COUNT from S on; with --operators so many\n"
    "give commands all the time. Without --orchestrators\n"
    "there is one, with 'all' one to three, by the seed; without --token-uses any number may\n"
    "join, with faults as many as there are nodes, of each third seed fewer. --hours: of\n"
    "virtual time in which things break, 1/12 unless given. --first ends at the first seed\n"
    "that breaks a promise; --shrink looks for the smallest night in which that still breaks,\n"
    "says how to replay it, and writes its trace to FILE. Exit status 1: not every node was\n"
    "provisioned, or, with faults, a promise is broken.\n";

struct Arguments {
  Options options;
  std::uint64_t seeds = 1;
  bool orchestrators_given = false;
  bool first = false;
  bool verbose = false;
  std::string trace;   // file; empty: none
  std::string shrink;  // the same
};

// Nothing: it is not to be understood.
std::optional<Arguments> arguments_from(int argc, char** argv);

}  // namespace muster::sim
