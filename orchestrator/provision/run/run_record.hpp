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

// What people are told when an attempt has ended: the record without what else they are told of.
client::Record outcome_of(client::Record record);
// What people are told when that step of its run asks them for an approval.
client::Record question_of(client::Record record, const std::string& step);

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
  // It is the run that the node is in, also when nobody has told us of it: what people hear of it has its id, and its attempts
  // are counted on. Nothing, when the node does not say.
  void go_on_with(const progress::Progress& told);
  // The lease is ours, so no other run that is known of by now is of a later one. By a clock that is behind, ours would seem
  // older than one that was heard since it was begun, and nothing of it would be told.
  void begin_after_all_that_is_known();

  // Names it as the running step. Done again, with another master or in another attempt, a step replaces its earlier line.
  client::Step& open_step(const std::string& name);
  // The same, and tells it.
  client::Step& begin_step(const std::string& name);
  // What the step waits for, since this run first came to it in this text of the workflow; null: nothing yet. Until the next call that changes the record.
  client::StepWait* wait_of(const std::string& step);
  void begin_wait(client::StepWait wait);
  void end_wait(const std::string& step);
  // The same, when it is for people: what they were shown is not so any more. What is heard of events stays so.
  void end_approval(const std::string& step);
  // The step's approval is given, and how long it is without a further step is counted anew; without effect when it waits for none.
  void approve(const std::string& step, const std::string& by);
  // What another orchestrator wrote into the newest record that was approved, when it heard the order and we did not.
  void hear_approvals();
  // The step that began last.
  client::Step& running() { return record_.steps.back(); }
  void end_step(const std::string& state, const std::string& message) {
    end_step(running().name, state, message);
  }
  // The same of one of several that are under way.
  client::Step& line_of(const std::string& step);
  void end_step(const std::string& step, const std::string& state, const std::string& message);
  // The same, but it is told with the next word, which must follow in the same turn of the loop: a record is signed, sent and read by
  // everybody, and most of them would say that one step is done and the next one not begun.
  void close_step(const std::string& step, const std::string& state, const std::string& message);
  // Whether an earlier attempt at this run told people in that step, whoever made it: it is not told twice. What people heard
  // before it failed does not count: the failure was the last that they were told.
  bool has_told_in(const std::string& step) const;
  // A step could not tell people yet. Told with the next word, until another says that they were told.
  void leave_untold() { record_.untold = true; }

  void finish();
  // It is told with the next word.
  void leave_as(const std::string& state, const std::string& reason);
  void publish();

  client::Record& operator*() { return record_; }
  client::Record* operator->() { return &record_; }
  const client::Record& operator*() const { return record_; }
  const client::Record* operator->() const { return &record_; }
  // As it is told: with what others note beside the run, and under the lease of the record, or where that has none, under the last one that was known when it goes on with
  // a run. Whoever had a later one knows better.
  client::Record told() const;
  // As the node is told.
  progress::Progress progress() const;

 private:
  void begin(bool fresh);
  const char* under_way() const;  // its state
  void note_progress();
  void add_others_notes(client::Record& told) const;
  bool is_untold() const;

  const workflow::Workflow& workflow_;
  World& world_;
  const RunInput& node_;
  Handler on_record_;
  client::Record record_;
  bool is_untold_said_ = false;  // what stands on the bus of it says that people are not told
};

}  // namespace muster::provision
