#include "orchestrator/workflow/check_order.hpp"

#include <fmt/format.h>

#include <utility>

namespace muster::workflow {

OrderCheck::OrderCheck(const Workflow& workflow, std::vector<std::string> steps)
    : workflow_(workflow), known_(std::move(steps), *workflow.agents) {}

void OrderCheck::check_last(base::StrictMap& map) {
  const auto& step = workflow_.steps.back();
  check_name(map, step);
  if (workflow_.steps.size() == 1 && step.kind != Kind::claim)
    map.complain("name", "the first step must be 'do: claim'");
  if (workflow_.steps.size() > 1 && step.kind == Kind::claim)
    map.complain("do", "only the first step is 'do: claim'");
  check_names(map, step);
  known_.add(step);
  has_master_ = has_master_ || kind_of(step.kind).gives_master;
  check_master(map, step);
}

// Its line in the record replaces those of the same name.
void OrderCheck::check_name(base::StrictMap& map, const Step& step) {
  if (!names_.insert(step.name).second)
    map.complain("name", fmt::format("two steps are named '{}'", step.name));
}

// What the failed step would have answered is not there, so it is not known yet.
void OrderCheck::check_compensating(base::StrictMap& map, const Step& step) {
  check_name(map, step);
  check_names(map, step);
  check_master(map, step);
  if (!kind_of(step.kind).compensates)
    map.complain("do",
                 fmt::format("'do: {}' cannot be a step of 'compensate'", kind_of(step.kind).word));
  if (step.on_failure != OnFailure::retry)
    map.complain("on_failure", "a step of 'compensate' that fails ends the attempt, as the others");
}

void OrderCheck::check_names(base::StrictMap& map, const Step& step) const {
  const auto check = [&](const char* key, const std::vector<std::string>& names) {
    for (const auto& name : names)
      if (const auto known = known_.check(name); !known)
        map.complain(key, fmt::format("step '{}': {}", step.name, known.error().message));
  };
  check("when", step.when.names());
  check("with", step.names);
  check("on", step.on_names);
}

void OrderCheck::check_master(base::StrictMap& map, const Step& step) const {
  const bool needs = step.scope == Scope::master || step.on_failure == OnFailure::other_master;
  if (needs && !has_master_)
    map.complain("name",
                 fmt::format("step '{}' needs a master, but no 'do: pick-master' comes before it",
                             step.name));
}

void OrderCheck::check_all(base::StrictMap& map) const {
  if (workflow_.steps.empty()) map.complain("steps", "the first step must be 'do: claim'");
}

}  // namespace muster::workflow
