// What is told of a run: the node's record, from the beginning of an attempt to its end.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "orchestrator/client/records.hpp"
#include "orchestrator/provision/run/run_input.hpp"
#include "orchestrator/provision/world.hpp"
#include "orchestrator/workflow/workflow.hpp"
#include "proto/progress/progress.hpp"

namespace muster::provision {

// What people are told when an attempt has ended: the record without another machine's claim to the
// name, of which they are told when it is made.
client::Record outcome_of(client::Record record);

// On the loop's thread. The workflow, the world and the input must outlive it.
class RunRecord {
 public:
  using Handler = std::function<void(const client::Record&)>;  // at each change

  // A run that the record of before tells of goes on; else, or when that one has ended, it is a new one.
  RunRecord(const workflow::Workflow& workflow, World& world, std::string orchestrator,
            const RunInput& node, Handler on_record);

  // It is another run than the one of before: nothing of that one counts.
  void begin_anew();
  // As the record of before, which a person must look at.
  void stay_as_before();
  // The lease is ours now: nothing is finished until the node's own progress says so.
  void begin_under(std::int64_t fence);
  // The node is in another text than this one, and stays in it: the record says what the node does. The workflow's name is not the
  // node's to say.
  void stay_in(const progress::Progress& told);
  // It is that run, also when nobody has told us of it: what people hear of it has its id. Empty: the node does not say.
  void go_on_with(const std::string& run_id);
  // The lease is ours, so no other run that is known of by now is of a later one. By a clock that is behind, ours would seem
  // older than one that was heard since it was begun, and nothing of it would be told.
  void begin_after_all_that_is_known();

  // Names it as the running step. Done again, with another master or in another attempt, a step replaces its earlier line.
  client::Step& open_step(const std::string& name);
  // The same, and tells it.
  client::Step& begin_step(const std::string& name);
  // The step that runs.
  client::Step& running() { return record_.steps.back(); }
  void end_step(const std::string& state, const std::string& message);

  void finish();
  // It is told with the next word.
  void leave_as(const std::string& state, const std::string& reason);
  void publish();

  client::Record& operator*() { return record_; }
  client::Record* operator->() { return &record_; }
  const client::Record& operator*() const { return record_; }
  const client::Record* operator->() const { return &record_; }
  // As it is told: under the lease of the record, or where that has none, under the last one that was known when it goes on with
  // a run. Whoever had a later one knows better.
  client::Record told() const;
  // As the node is told.
  progress::Progress progress() const;

 private:
  void begin(bool fresh);

  const workflow::Workflow& workflow_;
  World& world_;
  const RunInput& node_;
  Handler on_record_;
  client::Record record_;
};

}  // namespace muster::provision
