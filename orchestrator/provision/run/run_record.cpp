#include "orchestrator/provision/run/run_record.hpp"

#include <algorithm>
#include <utility>

#include "proto/base/log.hpp"

namespace muster::provision {

client::Record outcome_of(client::Record record) {
  record.claim.reset();
  return record;
}

RunRecord::RunRecord(const workflow::Workflow& workflow, World& world, std::string orchestrator,
                     const RunInput& node, Handler on_record)
    : workflow_(workflow), world_(world), node_(node), on_record_(std::move(on_record)) {
  if (node.before) record_ = *node.before;
  record_.orchestrator = std::move(orchestrator);
  begin(!node.before || record_.state == "finished" || record_.state == "refused" ||
        record_.run_id.empty());
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
  record_.identity = node_.identity;
  if (!node_.key_fingerprint.empty()) {
    record_.key_fingerprint = node_.key_fingerprint;
    record_.address = node_.address;
    record_.claim.reset();  // whoever waited for the name has it, or somebody else now has
    record_.approval.reset();
  }
  record_.workflow = workflow_.name;
  record_.workflow_hash = workflow_.hash;
  record_.fence = 0;
  // An orchestrator that died left it running: the same attempt goes on, so that a Puppet run it
  // started is found again.
  if (fresh || record_.state != "running") ++record_.attempts;
  record_.state = "running";
  record_.finished_at_ms = 0;
  record_.retry_at_ms = 0;
  record_.told = false;
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
  go_on_with(told.run_id);
  record_.workflow_hash = told.workflow_hash;
  record_.finished = told.finished;
  record_.master = told.master;
}

void RunRecord::go_on_with(const std::string& run_id) {
  if (!run_id.empty()) record_.run_id = run_id;
}

void RunRecord::begin_after_all_that_is_known() {
  if (!node_.newest) return;
  const auto known = node_.newest();
  if (!known) return;
  const bool is_its_run = known->run_id == record_.run_id;
  record_.started_at_ms =
      is_its_run ? known->started_at_ms : std::max(record_.started_at_ms, known->started_at_ms + 1);
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

void RunRecord::end_step(const std::string& state, const std::string& message) {
  auto& line = running();
  line.state = state;
  line.message = message;
  line.took_ms = world_.unix_ms() - line.started_at_ms;
  log::info("step " + state, {{"node", node_.identity},
                              {"step", line.name},
                              {"master", record_.master},
                              {"took_ms", std::to_string(line.took_ms)}});
  publish();
}

void RunRecord::finish() {
  record_.state = "finished";
  record_.reason.clear();
  record_.last_output.clear();
  record_.step.clear();
  record_.finished_at_ms = world_.unix_ms();
  publish();
}

void RunRecord::leave_as(const std::string& state, const std::string& reason) {
  record_.state = state;
  record_.reason = reason;
}

client::Record RunRecord::told() const {
  auto told = record_;
  const bool goes_on = node_.before && node_.before->run_id == record_.run_id;
  if (told.fence == 0 && goes_on) told.fence = node_.before->fence;
  return told;
}

void RunRecord::publish() {
  record_.updated_at_ms = world_.unix_ms();
  on_record_(told());
}

progress::Progress RunRecord::progress() const {
  return {record_.workflow, record_.workflow_hash, record_.finished, record_.master,
          record_.run_id,   record_.fence,         world_.unix_ms()};
}

}  // namespace muster::provision
