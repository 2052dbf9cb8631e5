#include "orchestrator/workflow/check_order.hpp"

#include <fmt/format.h>

#include <utility>

namespace muster::workflow {

OrderCheck::OrderCheck(const Descriptions& agents, std::vector<std::string> steps,
                       const OrderCheck* outer)
    : is_inner_(outer != nullptr),
      leaves_(outer != nullptr && outer->leaves_),
      known_(std::move(steps), agents, outer == nullptr ? nullptr : &outer->known_),
      has_master_(outer != nullptr && outer->has_master_) {}

void OrderCheck::check_next(base::StrictMap& map, const Step& step) {
  ++steps_;
  check_name(map, step);
  check_begin(map, step);
  check_names(map, step);
  known_.add(step);
  has_master_ = has_master_ || kind_of(step.kind).gives_master;
  check_master(map, step);
}

void OrderCheck::check_beside(base::StrictMap& map, const Step& step) {
  ++steps_;
  check_name(map, step);
  check_begin(map, step);
  check_names(map, step);
  check_master(map, step);
  const bool can = kind_of(step.kind).beside && step.scope != Scope::all_masters;
  if (can && step.kind != Kind::puppet_run) return;
  if (!can || has_puppet_run_)
    map.complain("name", fmt::format("step '{}' cannot be done beside others: '{}'{}", step.name,
                                     kind_of(step.kind).word,
                                     can ? " is there already, and a node has one at a time"
                                         : " on all masters, and what changes where the node is or "
                                           "which master it has, stand by themselves"));
  has_puppet_run_ = true;
}

void OrderCheck::check_begin(base::StrictMap& map, const Step& step) {
  const bool begins = step.kind == Kind::claim || step.kind == Kind::leave;
  if (steps_ == 1 && !begins && !is_inner_)
    map.complain("name", "the first step must be 'do: claim', or 'do: leave' of a node that goes");
  if (steps_ > 1 && begins)
    map.complain("do", fmt::format("only the first step is 'do: {}'", kind_of(step.kind).word));
  if (steps_ == 1 && !is_inner_) leaves_ = step.kind == Kind::leave;
  if (begins) return;
  const bool needs_node = step.scope == Scope::master || !kind_of(step.kind).in_leaving;
  if (leaves_ && needs_node)
    map.complain("name", fmt::format("step '{}' needs a node that stays: it cannot stand in a "
                                     "workflow that begins with 'do: leave'",
                                     step.name));
  if (!leaves_ && step.kind == Kind::ban)
    map.complain("do", "'do: ban' is a step of workflows that begin with 'do: leave'");
}

void OrderCheck::add_inner(const std::vector<Step>& steps) {
  for (const auto& step : steps) {
    known_.add(step);
    has_master_ = has_master_ || kind_of(step.kind).gives_master;
  }
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
  if (steps_ == 0)
    map.complain("steps", is_inner_ ? "there is no step" : "the first step must be 'do: claim'");
}

}  // namespace muster::workflow
