#include "orchestrator/workflow/rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "orchestrator/workflow/known_names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::workflow {
namespace {

// Another one of its name: a token that names it would mean either.
const Workflow* namesake_of(const std::vector<WorkflowPtr>& all, const Workflow& one) {
  const auto at = std::find_if(all.begin(), all.end(), [&](const WorkflowPtr& each) {
    return each->name == one.name && each->hash != one.hash;
  });
  return at == all.end() ? nullptr : at->get();
}

Rule for_all(Workflow only) {
  return {Condition(), std::make_shared<const Workflow>(std::move(only))};
}

}  // namespace

Status check_rule(const Condition& when) {
  const KnownNames known({}, *Descriptions::built_in());
  for (const auto& name : when.names()) {
    if (!name.starts_with("node.") && !name.starts_with("token."))
      return fail(Errc::config,
                  fmt::format("there is no '{}' before a node has a workflow: a rule names "
                              "node.… and token.…",
                              name));
    MUSTER_TRY(known.check(name));
  }
  return {};
}

Rules::Rules(Workflow only) : Rules(std::vector<Rule>{for_all(std::move(only))}) {}

Rules::Rules(std::vector<Rule> rules) : rules_(std::move(rules)) {
  for (const auto& rule : rules_)
    if (!find(rule.workflow->hash)) workflows_.push_back(rule.workflow);
}

Result<Rules> Rules::of(std::vector<Rule> rules) {
  if (rules.empty()) return fail(Errc::config, "there is no rule");
  std::vector<WorkflowPtr> before;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto& one = *rules[i].workflow;
    if (i > 0 && rules[i - 1].when.text().empty())
      return fail(Errc::config, fmt::format("no node comes to the rule for '{}': the one before it "
                                            "has no 'when', and takes all",
                                            one.name));
    if (namesake_of(before, one) != nullptr)
      return fail(Errc::config, fmt::format("two workflows are named '{}'", one.name));
    before.push_back(rules[i].workflow);
  }
  return Rules(std::move(rules));
}

Result<WorkflowPtr> Rules::choose(const Values& node, bool is_joining,
                                  const std::string& token_names) const {
  if (!token_names.empty()) {
    for (const auto& each : workflows_)
      if (each->name == token_names) return each;
    return fail(Errc::not_found,
                fmt::format("its token is for the workflow '{}', which no rule of this "
                            "orchestrator has{}",
                            token_names, base::hint_for(token_names, names())));
  }
  for (const auto& rule : rules_)
    if (rule.when.holds(node, is_joining)) return rule.workflow;
  return fail(Errc::not_found,
              fmt::format("no rule of 'workflows' in orchestrator.yaml is for it: {}; a last one "
                          "without 'when' is for all that are left",
                          fmt::join(names(), ", ")));
}

WorkflowPtr Rules::find(const std::string& hash) const {
  const auto at = std::find_if(workflows_.begin(), workflows_.end(),
                               [&](const WorkflowPtr& each) { return each->hash == hash; });
  return at == workflows_.end() ? nullptr : *at;
}

std::vector<std::string> Rules::names() const {
  std::vector<std::string> names;
  for (const auto& each : workflows_) names.push_back(each->name);
  return names;
}

std::vector<std::string> Rules::facts_of_masters() const {
  std::vector<std::string> facts;
  for (const auto& each : workflows_)
    for (auto& fact : each->facts_of_masters())
      if (std::find(facts.begin(), facts.end(), fact) == facts.end())
        facts.push_back(std::move(fact));
  return facts;
}

bool Rules::have(Kind kind) const {
  return std::any_of(workflows_.begin(), workflows_.end(),
                     [kind](const WorkflowPtr& each) { return each->has(kind); });
}

std::chrono::seconds Rules::longest_lease() const {
  const auto longest = std::max_element(
      workflows_.begin(), workflows_.end(),
      [](const WorkflowPtr& one, const WorkflowPtr& other) { return one->lease < other->lease; });
  return (*longest)->lease;
}

}  // namespace muster::workflow
