#include "orchestrator/provision/run/run_record.hpp"

#include <algorithm>
#include <utility>

#include "orchestrator/client/record_claim.hpp"
#include "orchestrator/provision/news.hpp"
#include "proto/base/log.hpp"

namespace muster::provision {

namespace {

bool tells_people(const workflow::Workflow& workflow, const std::string& name) {
  const auto& steps = workflow.steps;
  const auto step = std::find_if(steps.begin(), steps.end(),
                                 [&](const workflow::Step& each) { return each.name == name; });
  return step != steps.end() && workflow::kind_of(step->kind).scope == workflow::Scope::people;
}

// Also one that an operator has had go on since.
bool ended_in_failure(const client::Record& record) {
  return record.state == "failed" || record.told;
}

// Of the same waits in the same run: a step that is asked for anew is not approved by what was said
// before.
void add_approvals(client::Record& ours, const client::Record& known) {
  if (known.run_id != ours.run_id) return;
  for (auto& wait : ours.waits)
    for (const auto& heard : known.waits)
      if (wait.by.empty() && heard.step == wait.step && heard.since_ms == wait.since_ms)
        wait.by = heard.by;
}

}  // namespace

client::Record outcome_of(client::Record record) {
  if (record.state == client::kLeaving) record.state = client::kGone;
  return told_as(News::outcome, std::move(record));
}

client::Record question_of(client::Record record, const std::string& step) {
  record = outcome_of(std::move(record));
  record.state = client::kAsks;
  record.step = step;
  return record;
}

RunRecord::RunRecord(const workflow::Workflow& workflow, World& world, std::string orchestrator,
                     const RunInput& node, Handler on_record)
    : workflow_(workflow), world_(world), node_(node), on_record_(std::move(on_record)) {
  if (node.before) record_ = *node.before;
  record_.orchestrator = std::move(orchestrator);
  const bool other_way = (record_.state == client::kLeaving) != workflow.leaves();
  begin(!node.before || record_.state == "finished" || record_.state == "refused" || other_way ||
        record_.run_id.empty());
  is_untold_said_ = record_.untold;
}

void RunRecord::begin(bool fresh) {
  if (fresh) {
    const auto before = std::move(record_);
    record_ = client::Record{};
    record_.orchestrator = before.orchestrator;
    record_.key_fingerprint = before.key_fingerprint;
    record_.address = before.address;
    record_.run_id = world_.random().id();
    const auto last_began_at_ms = std::max(before.started_at_ms, node_.last_began_at_ms);
    record_.started_at_ms = std::max(world_.unix_ms(), last_began_at_ms + 1);
  }
  const bool on_its_way =
      record_.state == "running" || record_.state == "waiting" || record_.state == client::kLeaving;
  if (fresh || !on_its_way) note_progress();
  record_.identity = node_.identity;
  if (!node_.key_fingerprint.empty()) {
    record_.key_fingerprint = node_.key_fingerprint;
    record_.address = node_.address;
    record_.claim.reset();  // whoever waited for the name has it, or somebody else now has
    record_.approval.reset();
  }
  record_.workflow = workflow_.name;
  // What was approved is a step of the text that people could read, not one of that name in another.
  if (record_.workflow_hash != workflow_.hash) record_.waits.clear();
  record_.workflow_hash = workflow_.hash;
  record_.fence = 0;
  // An orchestrator that died left it running: the same attempt goes on, so that a Puppet run it
  // started is found again.
  if (fresh || record_.state != under_way() || record_.retry_at_ms > 0) ++record_.attempts;
  if (ended_in_failure(record_)) {
    record_.untold = false;
    std::erase_if(record_.steps,
                  [&](const client::Step& line) { return tells_people(workflow_, line.name); });
  }
  record_.state = under_way();
  if (workflow_.leaves()) record_.reason.clear();  // or it would seem to stay half-way
  record_.finished_at_ms = 0;
  record_.retry_at_ms = 0;
  record_.master_queued_at_ms = 0;
  record_.told = false;
}

const char* RunRecord::under_way() const {
  return workflow_.leaves() ? client::kLeaving : "running";
}

// What is done a second time is no step further.
void RunRecord::note_progress() {
  record_.steps_most = static_cast<std::uint32_t>(record_.finished.size());
  record_.no_step_since_ms = world_.unix_ms();
  record_.told_late = false;
}

void RunRecord::begin_anew() {
  begin(true);
}

void RunRecord::stay_as_before() {
  record_ = *node_.before;
}

void RunRecord::begin_under(std::int64_t fence) {
  record_.fence = fence;
  record_.finished.clear();
}

void RunRecord::stay_in(const progress::Progress& told) {
  go_on_with(told);
  if (record_.workflow_hash != told.workflow_hash) record_.waits.clear();
  record_.workflow_hash = told.workflow_hash;
  record_.finished = told.finished;
  record_.master = told.master;
}

void RunRecord::go_on_with(const progress::Progress& told) {
  if (told.run_id.empty() || told.run_id == record_.run_id) return;
  record_.run_id = told.run_id;
  record_.waits.clear();  // they are of the run that the record was of
  record_.untold = told.untold;
  record_.attempts = static_cast<std::uint32_t>(std::max<std::int64_t>(1, told.attempts));
  // That an operator had it go on may be in the record alone.
  record_.retries = std::max(record_.retries,
                             static_cast<std::uint32_t>(std::max<std::int64_t>(0, told.retries)));
  if (told.started_at_ms > 0)
    record_.started_at_ms = std::min(record_.started_at_ms, told.started_at_ms);
}

void RunRecord::begin_after_all_that_is_known() {
  if (!node_.newest) return;
  const auto known = node_.newest();
  if (!known) return;
  const bool is_its_run = known->run_id == record_.run_id;
  record_.started_at_ms =
      is_its_run ? known->started_at_ms : std::max(record_.started_at_ms, known->started_at_ms + 1);
}

client::StepWait* RunRecord::wait_of(const std::string& step) {
  auto& waits = record_.waits;
  const auto at = std::find_if(waits.begin(), waits.end(),
                               [&](const client::StepWait& each) { return each.step == step; });
  return at == waits.end() ? nullptr : &*at;
}

void RunRecord::begin_wait(client::StepWait wait) {
  end_wait(wait.step);
  record_.waits.push_back(std::move(wait));
}

void RunRecord::end_wait(const std::string& step) {
  std::erase_if(record_.waits, [&](const client::StepWait& each) { return each.step == step; });
}

void RunRecord::end_approval(const std::string& step) {
  const auto* wait = wait_of(step);
  if (wait != nullptr && !wait->group.empty()) end_wait(step);
}

void RunRecord::approve(const std::string& step, const std::string& by) {
  auto* wait = wait_of(step);
  if (wait == nullptr) return;
  wait->by = by;
  // It was people who took that long: the run is not late the moment that it may go on.
  record_.no_step_since_ms = world_.unix_ms();
  record_.told_late = false;
}

void RunRecord::hear_approvals() {
  const auto known = node_.newest ? node_.newest() : std::nullopt;
  if (known) add_approvals(record_, *known);
}

client::Step& RunRecord::begin_step(const std::string& name) {
  auto& line = open_step(name);
  publish();
  return line;
}

client::Step& RunRecord::open_step(const std::string& name) {
  record_.step = name;
  client::Step line;
  line.name = name;
  line.state = "running";
  line.started_at_ms = world_.unix_ms();
  line.tries = 1;
  std::erase_if(record_.steps, [&](const client::Step& earlier) {
    if (earlier.name != name) return false;
    if (earlier.state == "running") line.tries = std::max(1U, earlier.tries);
    return true;
  });
  record_.steps.push_back(std::move(line));
  return record_.steps.back();
}

client::Step& RunRecord::line_of(const std::string& step) {
  auto& steps = record_.steps;
  const auto at = std::find_if(steps.begin(), steps.end(),
                               [&](const client::Step& each) { return each.name == step; });
  return at == steps.end() ? open_step(step) : *at;
}

void RunRecord::end_step(const std::string& step, const std::string& state,
                         const std::string& message) {
  close_step(step, state, message);
  publish();
}

void RunRecord::close_step(const std::string& step, const std::string& state,
                           const std::string& message) {
  auto& line = line_of(step);
  line.state = state;
  line.message = message;
  line.took_ms = world_.unix_ms() - line.started_at_ms;
  if (record_.finished.size() > record_.steps_most) note_progress();
  log::info("step " + state, {{"node", node_.identity},
                              {"step", line.name},
                              {"master", record_.master},
                              {"took_ms", std::to_string(line.took_ms)}});
}

bool RunRecord::has_told_in(const std::string& step) const {
  const auto& before = node_.before;
  if (!before || before->run_id != record_.run_id || ended_in_failure(*before)) return false;
  return std::any_of(before->steps.begin(), before->steps.end(), [&](const client::Step& line) {
    return line.name == step && line.state == "done";
  });
}

void RunRecord::finish() {
  record_.state = workflow_.leaves() ? client::kGone : "finished";
  record_.reason.clear();
  record_.last_output.clear();
  record_.step.clear();
  record_.finished_at_ms = world_.unix_ms();
  publish();
}

void RunRecord::leave_as(const std::string& state, const std::string& reason) {
  record_.state = workflow_.leaves() ? client::kLeaving : state;
  record_.reason = reason;
}

client::Record RunRecord::told() const {
  auto told = record_;
  const bool goes_on = node_.before && node_.before->run_id == record_.run_id;
  if (told.fence == 0 && goes_on) told.fence = node_.before->fence;
  add_others_notes(told);
  return told;
}

// Who asks for the name, what was approved where the order passed us by, and that people were told,
// is noted in the newest record.
void RunRecord::add_others_notes(client::Record& told) const {
  const auto known = node_.newest ? node_.newest() : std::nullopt;
  if (!known || client::is_forgotten(*known)) return;
  const auto& ours = told.key_fingerprint;
  const auto of_another = [&](const auto& one) { return one && one->key_fingerprint != ours; };
  if (of_another(known->claim)) told.claim = known->claim;
  if (of_another(known->approval)) told.approval = known->approval;
  add_approvals(told, *known);
  if (known->run_id == told.run_id && known->no_step_since_ms == told.no_step_since_ms)
    told.told_late = told.told_late || known->told_late;
  told.untold = is_untold();
}

// What we have said already and stands there no more was told meanwhile.
bool RunRecord::is_untold() const {
  if (!record_.untold || !is_untold_said_) return record_.untold;
  const auto known = node_.newest ? node_.newest() : std::nullopt;
  return !known || client::is_forgotten(*known) || known->run_id != record_.run_id || known->untold;
}

void RunRecord::publish() {
  record_.updated_at_ms = world_.unix_ms();
  on_record_(told());
  is_untold_said_ = record_.untold;
}

progress::Progress RunRecord::progress() const {
  return {record_.workflow, record_.workflow_hash, record_.finished, record_.master,
          record_.run_id,   record_.fence,         world_.unix_ms(), record_.started_at_ms,
          record_.attempts, record_.retries,       is_untold()};
}

}  // namespace muster::provision
