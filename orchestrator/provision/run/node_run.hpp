// One attempt to provision one node: walks through the workflow, from the node's last finished
// step.
#pragma once

#include <cstddef>
#include <string>

#include "orchestrator/provision/run/run_input.hpp"
#include "orchestrator/provision/run/run_record.hpp"
#include "orchestrator/provision/run/run_state.hpp"
#include "orchestrator/provision/run/whose_fault.hpp"
#include "orchestrator/provision/world.hpp"
#include "orchestrator/workflow/workflow.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

// On the loop's thread. Gives its place with a master back when it goes; the workflow and the world must outlive it. A story
// that is dropped before its end says nothing more: the lease lapses by itself.
class NodeRun {
 public:
  NodeRun(const workflow::Workflow& workflow, World& world, std::string orchestrator, RunInput node,
          RunRecord::Handler on_record);

  // Once. The run must outlive the task.
  loop::Task<Ending> run();
  // As RunRecord::approve().
  void approve(const std::string& step, const std::string& by) { run_.record.approve(step, by); }
  const client::Record& record() const { return *run_.record; }
  // As RunRecord::told().
  client::Record told() const { return run_.record.told(); }
  // The node announced itself with another address meanwhile: the record says so with its next word.
  void now_at(const std::string& told_address) { run_.record->address = told_address; }
  // Whether masters may be at what they were asked for, should the run end now.
  bool masters_are_at_it() const { return run_.masters_are_at_it; }

 private:
  // Steps are the workflow's, and outlive every wait.
  loop::Task<bool> waits_for_a_person();
  bool waits_for_approval();
  Ending held_as_before();
  loop::Task<Status> claim(const workflow::Step& step);
  loop::Task<Ending> unclaimed(const workflow::Step& step, Error error);
  loop::Task<Ending> walk();
  bool wants_other_master(const workflow::Step& step, const Error& error, Fault fault,
                          int& changes) const;
  std::size_t leave_out_rest(const workflow::Step* failed, std::size_t at);
  loop::Task<Fault> fault_of(const workflow::Step& step, Error error);
  std::size_t choose_another_master(const workflow::Step& step, const Error& error, Fault fault);
  Ending judge(const workflow::Step& step, const Error& error, Fault fault);
  loop::Task<Ending> give_up(const workflow::Step& step, Error error);

  RunState run_;
};

}  // namespace muster::provision
