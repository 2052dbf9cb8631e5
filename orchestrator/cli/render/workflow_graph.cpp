#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/render/workflow.hpp"

namespace muster::cli::render {
namespace {

using workflow::OnFailure;
using workflow::Workflow;

std::size_t name_columns(const Workflow& workflow) {
  std::size_t most = 0;
  for (const auto& step : workflow.steps) most = std::max(most, width(one_line(step.name)));
  return most;
}

std::string step_line(const workflow::Step& step, std::size_t columns, const Style& style) {
  return style(Ink::bold, pad(one_line(step.name), columns)) + "  " + what_is_done(step) + "\n";
}

// Before the first of several that are done at once.
std::string group_line(const Workflow& workflow, std::size_t at, const Style& style) {
  const auto& step = workflow.steps[at];
  if (!step.is_beside_others()) return "";
  const auto& group = step.blocks.back().name;
  if (workflow.steps[at - 1].name.starts_with(group + "/")) return "";
  return "├┬ " + style(Ink::dim, one_line(group) + ": side by side") + "\n";
}

std::string beside(const std::string& text, const Style& style) {
  return "│    " + style(Ink::dim, text) + "\n";
}

std::string condition_of(const workflow::Step& step, const Style& style) {
  if (condition_text(step).empty()) return "";
  return beside("when " + one_line(condition_text(step)) + ", else past it", style);
}

std::string compensation_of(const workflow::Step& step, const Style& style) {
  std::string out = "├─ " + style(Ink::dim, "fails: compensate, then the attempt ends") + "\n";
  for (const auto& each : step.compensation) {
    const bool last = &each == &step.compensation.back();
    out += fmt::format("│  {} {}  {}", last ? "└─" : "├─", one_line(each.name), what_is_done(each));
    if (!condition_text(each).empty()) out += ", when " + one_line(condition_text(each));
    out += "\n";
  }
  return out;
}

std::string failure_of(const workflow::Step& step, const std::string& pick, const Style& style) {
  switch (step.on_failure) {
    case OnFailure::retry:
      return "";
    case OnFailure::other_master:
      return beside("fails: back to " + one_line(pick) + ", for another master", style);
    case OnFailure::skip:
      return beside("fails: on without it", style);
    case OnFailure::compensate:
      return compensation_of(step, style);
    case OnFailure::fail:
      return beside("fails: waits for a person", style);
  }
  return "";
}

}  // namespace

std::string workflow_graph(const Workflow& workflow, const Style& style) {
  const auto columns = name_columns(workflow);
  std::string pick;
  std::string out = style(Ink::bold, one_line(workflow.name)) + "\n│\n";
  for (std::size_t at = 0; at < workflow.steps.size(); ++at) {
    const auto& step = workflow.steps[at];
    if (workflow::kind_of(step.kind).gives_master) pick = step.name;
    out += group_line(workflow, at, style);
    out += (step.is_beside_others() ? "│○ " : "○ ") + step_line(step, columns, style);
    out += condition_of(step, style);
    out += failure_of(step, pick, style);
  }
  out += fmt::format(
      "● finished\n\nA step that fails otherwise ends the attempt; after {} of them "
      "the node waits for a person.\n",
      workflow.attempts);
  return out;
}

}  // namespace muster::cli::render
