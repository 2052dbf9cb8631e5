// One try of a step, for each kind. All as do_step() says; docs/WORKFLOWS.md tells what they do. The lease is renewed beside them.
#pragma once

#include "orchestrator/provision/run/run_state.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

// In the join zone the nearest, then least loaded one; of a member the one whose CA issued its certificate.
loop::Task<Status> pick_master(RunState& run, const workflow::Step& step);
// Nodes of the collective, for later steps.
loop::Task<Status> choose(RunState& run, const workflow::Step& step);
// Of an action, on the node, its master, all masters that can be asked, or others.
loop::Task<Status> call(RunState& run, const workflow::Step& step);
// On all masters; those that cannot be asked owe it.
loop::Task<Status> clean_certificates(RunState& run, const workflow::Step& step);
// Until the node shows itself as a member.
loop::Task<Status> enter_collective(RunState& run, const workflow::Step& step);
// A job on the node, followed to its end.
loop::Task<Status> puppet_run(RunState& run, const workflow::Step& step);
// The node starts anew, once; until it answers from another boot.
loop::Task<Status> reboot(RunState& run, const workflow::Step& step);
// A program on the orchestrator, beside the loop.
loop::Task<Status> run_program(RunState& run, const workflow::Step& step);
// Of a node that is to go: nobody listens to it any more.
loop::Task<Status> ban(RunState& run, const workflow::Step& step);
loop::Task<Status> notify_people(RunState& run, const workflow::Step& step);
// For a time, until a node is online, an event is heard or somebody approves.
loop::Task<Status> wait(RunState& run, const workflow::Step& step);

}  // namespace muster::provision
