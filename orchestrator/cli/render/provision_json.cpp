#include "orchestrator/cli/render/provision.hpp"
#include "orchestrator/client/record_age.hpp"
#include "proto/base/clock.hpp"

namespace muster::cli::render {
namespace {

Value time_or_null(std::int64_t unix_ms) {
  return unix_ms > 0 ? Value(base::iso8601(unix_ms)) : Value();
}

Value step_json(const client::Step& step) {
  return {{"name", step.name},       {"state", step.state},
          {"took_ms", step.took_ms}, {"tries", step.tries},
          {"message", step.message}, {"started_at", time_or_null(step.started_at_ms)}};
}

Value claim_json(const client::Record& record) {
  if (!record.claim) return {};
  return {{"address", record.claim->address},
          {"key_fingerprint", record.claim->key_fingerprint},
          {"at", time_or_null(record.claim->at_ms)},
          {"approved_by", record.approval ? Value(record.approval->by) : Value()}};
}

Value waits_json(const client::Record& record) {
  Value waits = Value::array();
  for (const auto& wait : record.waits)
    waits.push_back({{"step", wait.step},
                     {"group", wait.group.empty() ? Value() : Value(wait.group)},
                     {"since", time_or_null(wait.since_ms)},
                     {"until", time_or_null(wait.until_ms)},
                     {"approved_by", wait.by.empty() ? Value() : Value(wait.by)}});
  return waits;
}

}  // namespace

std::int64_t elapsed_ms(const client::Record& record, std::int64_t now_ms) {
  const auto began_ms = record.started_at_ms > 0 ? record.started_at_ms : record.queued_at_ms;
  if (began_ms <= 0) return 0;
  std::int64_t until = record.updated_at_ms;
  if (record.state == "running" || record.state == "waiting") until = now_ms;
  if (record.finished_at_ms > 0) until = record.finished_at_ms;
  return std::max<std::int64_t>(0, until - began_ms);
}

Value provision_json(const client::Record& record, std::int64_t now_ms, const Places& places) {
  const auto place = places.find(record.identity);
  Value steps = Value::array();
  Value steps_ms = Value::object();
  for (const auto& step : record.steps) {
    steps.push_back(step_json(step));
    if (step.state == "done" || step.state == "failed") steps_ms[step.name] = step.took_ms;
  }
  return {{"identity", record.identity},
          {"state", record.state},
          {"workflow", record.workflow},
          {"step", record.step},
          {"master", record.master},
          {"orchestrator", record.orchestrator},
          {"attempts", record.attempts},
          {"total_ms", elapsed_ms(record, now_ms)},
          {"age_ms", client::age_ms(record, now_ms)},
          {"late_told", record.told_late},
          {"steps_ms", std::move(steps_ms)},
          {"steps", std::move(steps)},
          {"reason", record.reason},
          {"last_output", record.last_output},
          {"run_id", record.run_id},
          {"address", record.address},
          {"waits_for_approval", claim_json(record)},
          {"waits", waits_json(record)},
          {"started_at", time_or_null(record.started_at_ms)},
          {"updated_at", time_or_null(record.updated_at_ms)},
          {"finished_at", time_or_null(record.finished_at_ms)},
          {"retry_at", time_or_null(record.retry_at_ms)},
          {"queued_at", time_or_null(record.queued_at_ms)},
          {"master_queued_at", time_or_null(record.master_queued_at_ms)},
          {"place", place == places.end() ? Value() : Value(place->second)}};
}

}  // namespace muster::cli::render
