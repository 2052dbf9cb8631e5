#include "orchestrator/cli/render/dry_run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "orchestrator/cli/render/table.hpp"
#include "orchestrator/cli/render/text.hpp"

namespace muster::cli::render {
namespace {

using Fate = workflow::Foreseen::Fate;

Ink ink_of(Fate fate) {
  switch (fate) {
    case Fate::finished:
      return Ink::green;
    case Fate::runs:
      return Ink::bold;
    case Fate::skipped:
      return Ink::dim;
    case Fate::open:
      return Ink::yellow;
  }
  return Ink::plain;
}

std::string labelled(const char* label, const std::string& text) {
  return text.empty() ? "" : fmt::format("{}: {}\n", pad_left(label, 9), one_line(text));
}

std::string lines_of(const std::vector<std::string>& header, const std::vector<Row>& rows,
                     const Style& style, std::size_t columns) {
  std::string out = "\n";
  for (const auto& line : table(header, rows, style, columns)) out += line + "\n";
  return out;
}

std::string steps_of(const NodeAhead& ahead, const Style& style, std::size_t columns) {
  std::vector<Row> rows;
  for (const auto& step : ahead.steps)
    rows.push_back({{step.step}, {name_of(step.fate), ink_of(step.fate)}, {step.why}});
  return lines_of({"STEP", "NOW", "WHY"}, rows, style, columns);
}

// What a choice rests on that nobody but an orchestrator hears.
std::string unheard(const NodeNow& now, const workflow::Workflow& workflow) {
  if (!now.is_joining() || !now.facts.is_null()) return "";
  for (const auto& step : workflow.steps)
    if (!step.facts.empty())
      return fmt::format(
          "What a machine in the join zone says of its {} hear orchestrators alone, and it may put "
          "another first: say it with --facts.\n",
          one_line(fmt::format("{}", fmt::join(step.facts, ", "))));
  return "";
}

std::string masters_of(const NodeAhead& ahead, const NodeNow& now,
                       const workflow::Workflow& workflow, const Style& style,
                       std::size_t columns) {
  if (ahead.masters.empty()) return "";
  std::vector<Row> rows;
  for (const auto& master : ahead.masters)
    rows.push_back({{master.turn == 0 ? "-" : std::to_string(master.turn)},
                    {master.identity, master.turn == 0 ? Ink::dim : Ink::plain},
                    {master.why}});
  return lines_of({"TURN", "MASTER", "WHY"}, rows, style, columns) + "\n" +
         "Whether its Puppet Server runs, and its load, a master is asked when the turn comes.\n" +
         unheard(now, workflow);
}

}  // namespace

std::string name_of(Fate fate) {
  switch (fate) {
    case Fate::finished:
      return "finished";
    case Fate::runs:
      return "would run";
    case Fate::skipped:
      return "skipped";
    case Fate::open:
      return "not known";
  }
  return "";
}

std::string dry_run_text(const NodeAhead& ahead, const NodeNow& now,
                         const workflow::Workflow& workflow, const Style& style,
                         std::size_t columns) {
  std::string out = style(Ink::bold, one_line(now.identity)) + "\n\n";
  out += labelled("State", now.record ? now.record->state : "");
  out += labelled("Where", now.is_joining() ? "no member that is online" : "a member");
  out += labelled("Workflow", fmt::format("{} {:.12}", workflow.name, workflow.hash));
  out += labelled("Next", ahead.next);
  out += labelled("Note", ahead.note);
  columns = std::max<std::size_t>(columns, kColumnsWithoutTerminal);
  out += steps_of(ahead, style, columns);
  return out + masters_of(ahead, now, workflow, style, columns);
}

Value dry_run_json(const NodeAhead& ahead, const NodeNow& now, const workflow::Workflow& workflow) {
  Value steps = Value::array();
  for (const auto& step : ahead.steps)
    steps.push_back({{"step", step.step}, {"now", name_of(step.fate)}, {"why", step.why}});
  Value masters = Value::array();
  for (const auto& master : ahead.masters)
    masters.push_back({{"master", master.identity},
                       {"turn", master.turn == 0 ? Value() : Value(master.turn)},
                       {"why", master.why}});
  return {
      {"node", now.identity},         {"state", now.record ? Value(now.record->state) : Value()},
      {"member", !now.is_joining()},  {"workflow", workflow.name},
      {"hash", workflow.hash},        {"next", ahead.next},
      {"note", ahead.note},           {"steps", std::move(steps)},
      {"masters", std::move(masters)}};
}

}  // namespace muster::cli::render
