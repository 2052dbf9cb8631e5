// What the parts of one run share.
#pragma once

#include <string>
#include <utility>

#include "orchestrator/provision/master_choice.hpp"
#include "orchestrator/provision/run/lease.hpp"
#include "orchestrator/provision/run/master_place.hpp"
#include "orchestrator/provision/run/node_line.hpp"
#include "orchestrator/provision/run/run_input.hpp"
#include "orchestrator/provision/run/run_record.hpp"
#include "orchestrator/provision/world.hpp"
#include "orchestrator/workflow/values.hpp"
#include "orchestrator/workflow/workflow.hpp"

namespace muster::provision {

// On the loop's thread. The workflow and the world must outlive it, and it must outlive every task that is given it.
struct RunState {
  RunState(const workflow::Workflow& of, World& in, std::string orchestrator, RunInput input,
           RunRecord::Handler on_record);
  RunState(const RunState&) = delete;
  RunState& operator=(const RunState&) = delete;

  // Of what a step answered, that which later steps name.
  void keep(const workflow::Step& step, const Value& outcome);
  // The node is provisioned with that master from now on. Errors as MasterPlace::take().
  Status use_master(const MasterCandidate& chosen);

  const workflow::Workflow& workflow;
  World& world;
  const RunInput node;
  RunRecord record;
  NodeLine line;
  Lease lease;
  MasterPlace place;
  workflow::Values values;
  Exclusions excluded;            // masters that failed in this attempt
  bool masters_are_full = false;  // when one was looked for last: one of them would have it
  std::string note;               // what the running step has to say, unless others run beside it
  std::string other_workflow;  // hash of the one that the node is in, when that is not this run's
  bool turned_away = false;    // by one of them that is well: the node may be why none is left
  bool masters_are_at_it =
      false;  // those that were asked last may still be: we did not hear the end
};

}  // namespace muster::provision
