#include "proto/messages/provision_record.hpp"

#include "proto/messages/wire.hpp"

namespace muster::messages {
namespace {

std::string tail(const std::string& text) {
  if (text.size() <= kLastOutputMaxBytes) return text;
  std::size_t from = text.size() - kLastOutputMaxBytes;
  // Not into the middle of a UTF-8 character: protobuf would refuse the text.
  while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xc0U) == 0x80U) ++from;
  return text.substr(from);
}

void pack_step(const StepRecord& step, v1::StepRecord& wire) {
  wire.set_name(step.name);
  wire.set_state(step.state);
  wire.set_started_at_ms(step.started_at_ms);
  wire.set_took_ms(step.took_ms);
  wire.set_tries(step.tries);
  wire.set_message(step.message);
}

StepRecord unpack_step(const v1::StepRecord& wire) {
  return {wire.name(),    wire.state(), wire.started_at_ms(),
          wire.took_ms(), wire.tries(), wire.message()};
}

std::optional<NameClaim> unpack_claim(const v1::ProvisionRecord& wire) {
  if (!wire.has_claim()) return std::nullopt;
  const auto& in = wire.claim();
  return NameClaim{in.key_fingerprint(), in.address(), in.at_ms(), in.told()};
}

std::optional<NameApproval> unpack_approval(const v1::ProvisionRecord& wire) {
  if (!wire.has_approval()) return std::nullopt;
  const auto& in = wire.approval();
  return NameApproval{in.key_fingerprint(), in.by(), in.at_ms(), in.until_ms()};
}

void pack_names(const ProvisionRecord& record, v1::ProvisionRecord& wire) {
  wire.set_key_fingerprint(record.key_fingerprint);
  wire.set_address(record.address);
  if (const auto& claim = record.claim) {
    wire.mutable_claim()->set_key_fingerprint(claim->key_fingerprint);
    wire.mutable_claim()->set_address(claim->address);
    wire.mutable_claim()->set_at_ms(claim->at_ms);
    wire.mutable_claim()->set_told(claim->told);
  }
  if (const auto& approval = record.approval) {
    wire.mutable_approval()->set_key_fingerprint(approval->key_fingerprint);
    wire.mutable_approval()->set_by(approval->by);
    wire.mutable_approval()->set_at_ms(approval->at_ms);
    wire.mutable_approval()->set_until_ms(approval->until_ms);
  }
}

void pack_wait(const StepWait& wait, v1::StepWait& wire) {
  wire.set_step(wait.step);
  wire.set_group(wait.group);
  wire.set_since_ms(wait.since_ms);
  wire.set_until_ms(wait.until_ms);
  wire.set_by(wait.by);
}

StepWait unpack_wait(const v1::StepWait& wire) {
  return {wire.step(), wire.group(), wire.since_ms(), wire.until_ms(), wire.by()};
}

ProvisionRecord unpack_record(const v1::ProvisionRecord& wire) {
  ProvisionRecord record;
  record.identity = wire.identity();
  record.state = wire.state();
  record.workflow = wire.workflow();
  record.step = wire.step();
  record.master = wire.master();
  record.orchestrator = wire.orchestrator();
  record.attempts = wire.attempts();
  record.started_at_ms = wire.started_at_ms();
  record.updated_at_ms = wire.updated_at_ms();
  record.finished_at_ms = wire.finished_at_ms();
  record.retry_at_ms = wire.retry_at_ms();
  for (const auto& step : wire.steps()) record.steps.push_back(unpack_step(step));
  record.reason = wire.reason();
  record.last_output = wire.last_output();
  record.run_id = wire.run_id();
  record.key_fingerprint = wire.key_fingerprint();
  record.address = wire.address();
  record.claim = unpack_claim(wire);
  record.approval = unpack_approval(wire);
  record.ca_fingerprint = wire.ca_fingerprint();
  record.workflow_hash = wire.workflow_hash();
  record.finished.insert(wire.finished().begin(), wire.finished().end());
  record.fence = wire.fence();
  record.queued_at_ms = wire.queued_at_ms();
  record.retries = wire.retries();
  record.told = wire.told();
  for (const auto& wait : wire.waits()) record.waits.push_back(unpack_wait(wait));
  record.no_step_since_ms = wire.no_step_since_ms();
  record.steps_most = wire.steps_most();
  record.told_late = wire.told_late();
  record.master_queued_at_ms = wire.master_queued_at_ms();
  record.untold = wire.untold();
  return record;
}

}  // namespace

std::string ProvisionRecord::encode() const {
  v1::ProvisionRecord wire;
  wire.set_identity(identity);
  wire.set_state(state);
  wire.set_workflow(workflow);
  wire.set_step(step);
  wire.set_master(master);
  wire.set_orchestrator(orchestrator);
  wire.set_attempts(attempts);
  wire.set_started_at_ms(started_at_ms);
  wire.set_updated_at_ms(updated_at_ms);
  wire.set_finished_at_ms(finished_at_ms);
  wire.set_retry_at_ms(retry_at_ms);
  for (const auto& each : steps) pack_step(each, *wire.add_steps());
  wire.set_reason(reason);
  wire.set_last_output(tail(last_output));
  wire.set_run_id(run_id);
  pack_names(*this, wire);
  wire.set_ca_fingerprint(ca_fingerprint);
  wire.set_workflow_hash(workflow_hash);
  for (const auto& name : finished) wire.add_finished(name);
  wire.set_fence(fence);
  wire.set_queued_at_ms(queued_at_ms);
  wire.set_retries(retries);
  wire.set_told(told);
  for (const auto& each : waits) pack_wait(each, *wire.add_waits());
  wire.set_no_step_since_ms(no_step_since_ms);
  wire.set_steps_most(steps_most);
  wire.set_told_late(told_late);
  wire.set_master_queued_at_ms(master_queued_at_ms);
  wire.set_untold(untold);
  return envelope::pack(wire);
}

Result<ProvisionRecord> ProvisionRecord::decode(std::string_view body) {
  MUSTER_ASSIGN(const auto wire, envelope::unpack<v1::ProvisionRecord>(body, "a provision record"));
  return unpack_record(wire);
}

}  // namespace muster::messages
