#include <nlohmann/json.hpp>

#include "orchestrator/cli/render/workflow.hpp"

namespace muster::cli::render {
namespace {

Value step_json(const workflow::Step& step) {
  Value out{{"name", step.name},
            {"does", what_is_done(step)},
            {"when", condition_text(step).empty() ? "always" : condition_text(step)},
            {"with", step.arguments},
            {"timeout_s", step.timeout.count() / 1000},
            {"tries", step.tries},
            {"backoff_s", step.backoff.count() / 1000},
            {"on_failure", what_follows_failure(step)}};
  for (const auto& each : step.compensation) out["compensate"].push_back(step_json(each));
  return out;
}

}  // namespace

Value workflow_json(const workflow::Workflow& workflow) {
  Value steps = Value::array();
  for (const auto& step : workflow.steps) steps.push_back(step_json(step));
  return {{"name", workflow.name},
          {"hash", workflow.hash},
          {"attempts", workflow.attempts},
          {"lease_s", workflow.lease.count()},
          {"retry_first_s", workflow.retry_first.count() / 1000},
          {"retry_most_s", workflow.retry_most.count() / 1000},
          {"late_after_s", workflow.late_after.count()},
          {"steps", std::move(steps)}};
}

Value checked_workflow_json(const CheckedWorkflow& checked) {
  Value out{
      {"file", checked.file}, {"ok", checked.workflow.has_value()}, {"problems", checked.problems}};
  if (!checked.workflow) return out;
  out["name"] = checked.workflow->name;
  out["hash"] = checked.workflow->hash;
  out["steps"] = checked.workflow->steps.size();
  return out;
}

}  // namespace muster::cli::render
