#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <utility>

#include "orchestrator/cli/render/table.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/render/workflow.hpp"

namespace muster::cli::render {
namespace {

using workflow::OnFailure;
using workflow::Scope;

constexpr std::size_t kHashShown = 12;  // digits: enough to tell a site's workflows apart
constexpr std::array kScopes{std::pair{Scope::node, "node"}, std::pair{Scope::master, "master"},
                             std::pair{Scope::all_masters, "all masters"},
                             std::pair{Scope::others, "other nodes"}};
constexpr std::array kFailures{
    std::pair{OnFailure::retry, "retry"}, std::pair{OnFailure::other_master, "other-master"},
    std::pair{OnFailure::skip, "skip"}, std::pair{OnFailure::compensate, "compensate"},
    std::pair{OnFailure::fail, "fail"}};

// Empty: of none of them.
template <class Table, class Key>
std::string word_of(const Table& table, Key key) {
  for (const auto& [each, word] : table)
    if (each == key) return word;
  return "";
}

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

Row step_row(const workflow::Step& step, const std::string& mark) {
  return {{mark + step.name},
          {condition_text(step).empty() ? "always" : condition_text(step),
           condition_text(step).empty() ? Ink::dim : Ink::plain},
          {duration(step.timeout)},
          {std::to_string(step.tries)},
          {what_follows_failure(step)},
          {what_is_done(step)}};
}

Row list_row(const CheckedWorkflow& each) {
  const auto file = std::filesystem::path(each.file).filename().string();
  if (each.workflow)
    return {{file},
            {each.workflow->name},
            {each.workflow->hash.substr(0, kHashShown)},
            {std::to_string(each.workflow->steps.size())},
            {""}};
  return {{file}, {"-"}, {"-"}, {"-"}, {each.problems.front(), Ink::red}};
}

std::string limit_line(const char* label, const std::string& text) {
  return fmt::format("{}: {}\n", pad_left(label, 9), text);
}

}  // namespace

std::string what_is_done(const workflow::Step& step) {
  std::string out(workflow::kind_of(step.kind).word);
  if (step.kind == workflow::Kind::call) out = step.agent + "#" + step.action;
  const auto scope = word_of(kScopes, step.scope);
  if (step.kind == workflow::Kind::call && !scope.empty()) out += " on " + scope;
  for (const auto* awaited : {"node", "approval", "event"})
    if (step.kind == workflow::Kind::wait && step.arguments.contains(awaited))
      out += fmt::format(" for {} {}", awaited, step.arguments.at(awaited).get<std::string>());
  if (!step.facts.empty()) out += " by " + joined(step.facts);
  return one_line(out);
}

std::string what_follows_failure(const workflow::Step& step) {
  auto out = word_of(kFailures, step.on_failure);
  std::vector<std::string> names;
  for (const auto& each : step.compensation) names.push_back(each.name);
  if (!names.empty()) out += " with " + joined(names);
  return one_line(out);
}

std::vector<std::string> workflow_table(const std::vector<CheckedWorkflow>& all, const Style& style,
                                        std::size_t columns) {
  std::vector<Row> rows;
  rows.reserve(all.size());
  for (const auto& each : all) rows.push_back(list_row(each));
  return table({"FILE", "NAME", "HASH", "STEPS", "WRONG"}, rows, style, columns);
}

std::string workflow_details(const workflow::Workflow& workflow, const Style& style,
                             std::size_t columns) {
  std::string out = style(Ink::bold, one_line(workflow.name)) + "\n\n";
  out += limit_line("Hash", workflow.hash);
  out += limit_line("Attempts", std::to_string(workflow.attempts));
  out += limit_line("Lease", duration(workflow.lease));
  out += limit_line("Again", fmt::format("after {}, doubling to {}", duration(workflow.retry_first),
                                         duration(workflow.retry_most)));
  std::vector<Row> rows;
  for (const auto& step : workflow.steps) {
    rows.push_back(step_row(step, ""));
    for (const auto& each : step.compensation) rows.push_back(step_row(each, "  ↳ "));
  }
  out += "\n";
  for (const auto& line : table({"STEP", "WHEN", "TIMEOUT", "TRIES", "ON FAILURE", "DOES"}, rows,
                                style, std::max<std::size_t>(columns, kColumnsWithoutTerminal)))
    out += line + "\n";
  return out;
}

}  // namespace muster::cli::render
