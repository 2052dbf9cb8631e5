// An operator's command line in a simulation: connects, finds who is there, calls, and goes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "proto/loop/waits.hpp"
#include "tests/sim/orchestrator/calls.hpp"
#include "tests/sim/orchestrator/presences.hpp"

namespace muster::sim {

// What a command came to, and what it cost.
struct Cost {
  std::size_t nodes = 0;       // found, or that answered well
  std::uint64_t messages = 0;  // that the operator was sent
  std::uint64_t bytes = 0;     // their payloads
  std::chrono::milliseconds took{0};
};

// One command. On the loop's thread. What it is given must outlive it.
class SimOperator {
 public:
  SimOperator(Surroundings& around, const Site& site, const std::string& name, const Holder& holder,
              const std::vector<x509::Certificate>& cas);

  // Everybody's presence, as `muster find`. Once.
  void find(std::function<void(Cost)> then);
  // After find(): rpcutil#ping to all, until everybody who was found has answered or the time is over.
  void ping(std::chrono::milliseconds timeout, std::function<void(Cost)> then);

  std::vector<std::string> found() const { return presences_.names(); }

 private:
  Cost since(const BusMember::Heard& before, std::chrono::steady_clock::time_point began) const;

  BusMember bus_;
  loop::Waits waits_;
  Presences presences_;
  Calls calls_;
  loop::Task<Result<client::CallResult>> pinging_;
};

}  // namespace muster::sim
