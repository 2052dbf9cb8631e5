// The kinds of faults of a simulated night: their names, how often each comes, and whom it may meet.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace muster::sim {

enum class FaultLevel {
  none,
  light,  // one a minute, of the first ten kinds
  heavy,  // one every six seconds, so that several are there at once; some of orchestrators outlast leases
  all  // every kind; how many is the seed's: from one a minute to one every six seconds
};

enum class FaultKind {
  broker_crashes,        // and has all that it retained when it is back
  broker_forgets,        // the same, with an empty store
  cable_cut,             // somebody's network, both ways
  cable_cut_up,          // what it says is not heard
  cable_cut_down,        // it hears nothing
  machine_off,           // its agent is killed; its disk stays
  orchestrator_killed,   // its program; its disk stays
  orchestrator_stopped,  // its program does nothing, as by SIGSTOP, and then goes on
  ca_stopped,            // a master's Puppet Server
  disk_slow,             // somebody's
  // Only where all kinds are asked for.
  link_slow,       // what somebody says and hears takes seconds
  broker_repeats,  // it delivers each message twice
  retained_lost,   // the broker loses half of what it retains, and tells who is subscribed
  ca_refuses,      // a master's Puppet Server answers, and does nothing
  runs_fail,       // a node's Puppet runs
  runs_hang,       // a node's Puppet runs go on for twenty minutes
  runs_end_agent,  // a node's agent is started anew at the end of each run
  disk_full,       // somebody's: what is to be written is an error
  power_fails,     // a node's, before or after the next write of its agent, which then is off
  reinstalled,     // a node comes back with an empty disk
  twin,            // another machine has a node's name, and a token
  clock_wrong,     // somebody's, by a second to an hour, ahead or behind; it jumps there and back
  ca_slow,         // a master takes seconds for each thing that it is asked for
  orchestrator_crashes,      // between any two of its awaits
  orchestrator_power_fails,  // before or after its next write
  all_go_down,               // all orchestrators and the broker, at once
  // In no plan but further_faults().
  ca_uneven,       // a master takes nothing for most things, and up to a hundred seconds for others
  master_retired,  // by an operator, who takes it back when this heals
  orchestrator_leaves  // in order, as when it is upgraded: its runs end, and leases are given back
};

// "the broker crashes".
std::string_view name_of(FaultKind kind);

// It befalls nodes alone, not masters.
bool is_of_a_node(FaultKind kind);

struct FaultScope;
// How many it may meet: 0: there is nobody.
std::size_t victims_of(FaultKind kind, const FaultScope& scope);

struct FaultWeight {
  FaultKind kind;
  unsigned weight = 0;  // of the sum of all
};
// In the order of their names above.
std::vector<FaultWeight> kinds_of(FaultLevel level);

}  // namespace muster::sim
