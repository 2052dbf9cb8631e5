// What a simulation is to be.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>

#include "tests/sim/broker/pipe.hpp"
#include "tests/sim/faults/fault_plan.hpp"
#include "tests/sim/orchestrator/sim_engine.hpp"
#include "tests/support/played/runs.hpp"

namespace muster::sim {

struct Options {
  std::uint64_t seed = 1;
  std::size_t nodes = 20;
  std::size_t masters = 4;
  std::size_t orchestrators = 1;  // at least one
  std::size_t operators = 0;      // who give commands all night; at its end one more does, once
  std::uint32_t token_uses = 0;   // names that may join with the machines' token; 0: any number
  bool real_crypto = false;       // OpenSSL's; then the traces of two runs differ in sizes
  std::chrono::milliseconds switched_on_within{10'000};       // all machines, each at its moment
  std::chrono::milliseconds patience{std::chrono::hours(6)};  // of virtual time, until all are done
  FaultLevel faults = FaultLevel::none;
  std::chrono::milliseconds faults_within{std::chrono::minutes(5)};  // then all heals
  bool further_faults = false;  // see further_faults(); masters lend their places then
  // Of the plan's faults only these, by their number in it, from 0; nothing: all.
  std::optional<std::set<std::size_t>> only_faults;
  Weather weather;
  played::RunHabits runs;
  OrchestratorOptions orchestrator;
};

}  // namespace muster::sim
