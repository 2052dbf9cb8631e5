// A site in virtual time: masters, orchestrators, machines that are switched on one after the other, and an operator who looks at
// what became of them. One seed, one run, one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/workflow/workflow.hpp"
#include "tests/sim/operator/sim_operator.hpp"
#include "tests/sim/run/options.hpp"

namespace muster::sim {

// What came of it.
struct Outcome {
  std::size_t finished =
      0;  // nodes that are in production: by their records, after a night by their own disks
  std::size_t failed = 0;
  std::size_t refused = 0;            // by the desk
  std::size_t token_uses = 0;         // that the disks of orchestrators hold
  std::size_t takeovers = 0;          // leases given to another than whoever had the one before
  std::size_t told = 0;               // whom people were told of, each telling counted
  std::chrono::milliseconds took{0};  // of virtual time, until the last was finished
  Traffic provisioning;               // of the whole bus, until then
  Cost find;                          // of everybody, masters too
  Cost ping;
  std::size_t commands = 0;         // of operators, that came to an end without giving up
  std::vector<std::string> broken;  // promises; see promises.hpp
  std::uint64_t trace_lines = 0;
  std::uint64_t trace_digest = 0;
};

// `write`: hears each line of the trace; may be empty.
Outcome simulate(const Options& options, const workflow::Workflow& workflow,
                 std::function<void(std::string_view)> write = {});

}  // namespace muster::sim
