// What a node of a swarm tells of its machine: the same for the same seed and number in each run, and spread so that filters
// find shares of a fleet.
#pragma once

#include <cstddef>
#include <cstdint>

#include "proto/base/value.hpp"

namespace muster::swarm {

// Of so many nodes in a row each `swarm_hundred` is that of one.
inline constexpr std::size_t kHundred = 100;

// The Puppet class that every node of a swarm has.
inline constexpr auto kFakeClass = "role::swarm";

// Facts of node `index`, named name_of(index): fqdn, os, networking, memory, processors, country (one of ten), and swarm_hundred
// ("h00" to "h99": in 10,000 nodes each matches 100).
Value fake_facts(std::uint64_t seed, std::size_t index);

// From 0 up to, but not including, 1: alike for the same three numbers, and as good as unrelated for others.
double share_of(std::uint64_t seed, std::size_t index, std::uint64_t number);

}  // namespace muster::swarm
