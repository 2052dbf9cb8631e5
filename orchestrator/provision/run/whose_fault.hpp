// Whose fault it is that a step failed: that decides whether it costs the node an attempt, and whether another master may help.
#pragma once

#include <cstdint>

#include "orchestrator/provision/run/run_state.hpp"
#include "orchestrator/workflow/workflow.hpp"
#include "proto/base/error.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

enum class Fault {
  of_node,    // it answers, and could not do it; also when nobody knows better
  of_master,  // the chosen one is silent, or ill by its own word
  of_nobody   // something is waited for: the node is away, we are cut off, there is no master
};

// Asks the masters for their health, which is known for some seconds. The step is the workflow's, and the run outlives the task.
loop::Task<Fault> whose_fault(RunState& run, const workflow::Step& step, Error error);

// What a master's error means. Errc::no_answer: it is silent; Errc::unavailable: or we were cut off, if World::times_cut_off()
// was another number when it was asked.
Error of_a_master(RunState& run, Error error, std::uint64_t cut_off_before);

}  // namespace muster::provision
