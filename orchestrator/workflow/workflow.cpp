#include "orchestrator/workflow/workflow.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "orchestrator/workflow/known_names.hpp"

namespace muster::workflow {
namespace {

bool has_begun(const Block& block, const std::set<std::string>& finished) {
  const auto begin = block.name + "/";
  const auto first = finished.lower_bound(begin);
  return first != finished.end() && first->starts_with(begin);
}

}  // namespace

std::vector<std::string> outputs_of(const Step& step, const Descriptions& agents) {
  auto outputs = step.outputs;
  const auto& kind = kind_of(step.kind);
  for (const auto output : kind.outputs) outputs.emplace_back(output);
  const bool one_answers = step.scope == Scope::node || step.scope == Scope::master;
  if (step.agent.empty() || !one_answers) return outputs;
  const auto found = agents.action(step.agent, step.action);
  if (!found) return outputs;
  const auto& action = **found;
  for (const auto& output : action.outputs) outputs.push_back(output.name);
  return outputs;
}

std::vector<std::string> names_read_by(const Step& step) {
  auto names = step.when.names();
  for (const auto& block : step.blocks) {
    const auto its = block.when.names();
    names.insert(names.end(), its.begin(), its.end());
  }
  names.insert(names.end(), step.names.begin(), step.names.end());
  names.insert(names.end(), step.on_names.begin(), step.on_names.end());
  for (const auto& each : step.compensation) {
    const auto its = names_read_by(each);
    names.insert(names.end(), its.begin(), its.end());
  }
  return names;
}

std::vector<const Condition*> conditions_of(const Step& step,
                                            const std::set<std::string>& finished) {
  std::vector<const Condition*> conditions;
  for (const auto& block : step.blocks)
    if (!has_begun(block, finished)) conditions.push_back(&block.when);
  conditions.push_back(&step.when);
  return conditions;
}

std::string condition_text(const Step& step) {
  std::vector<std::string> texts;
  for (const auto* each : conditions_of(step, {}))
    if (!each->text().empty()) texts.push_back(each->text());
  if (texts.size() < 2) return texts.empty() ? "" : texts.front();
  return fmt::format("({})", fmt::join(texts, ") and ("));
}

std::size_t Workflow::index_of(std::string_view step) const {
  const auto at =
      std::find_if(steps.begin(), steps.end(), [&](const Step& s) { return s.name == step; });
  return static_cast<std::size_t>(at - steps.begin());
}

std::size_t Workflow::end_of_group(std::size_t at) const {
  if (!steps[at].is_beside_others()) return at + 1;
  const auto begin = steps[at].blocks.back().name + "/";
  auto end = at + 1;
  while (end < steps.size() && steps[end].name.starts_with(begin)) ++end;
  return end;
}

bool Workflow::has(Kind kind) const {
  const auto is = [kind](const Step& step) { return step.kind == kind; };
  return std::any_of(steps.begin(), steps.end(), [&](const Step& step) {
    return is(step) || std::any_of(step.compensation.begin(), step.compensation.end(), is);
  });
}

std::vector<std::string> Workflow::facts_of_masters() const {
  std::vector<std::string> facts;
  const auto add = [&](const std::string& fact) {
    if (std::find(facts.begin(), facts.end(), fact) == facts.end()) facts.push_back(fact);
  };
  for (const auto& step : steps) {
    if (kind_of(step.kind).gives_master)
      for (const auto& fact : step.facts) add(fact);
    for (const auto& named : names_read_by(step))
      if (named.starts_with(kMasterFacts)) add(named.substr(kMasterFacts.size()));
  }
  return facts;
}

}  // namespace muster::workflow
