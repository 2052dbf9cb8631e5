#include "orchestrator/provision/run/wanted.hpp"

#include <algorithm>

namespace muster::provision {

const workflow::Condition* what_forbids(const RunState& run, const workflow::Step& step) {
  for (const auto* when : workflow::conditions_of(step, run.record->finished))
    if (!when->holds(run.values, run.line.is_joining())) return when;
  return nullptr;
}

bool may_be_wanted(const RunState& run, const workflow::Step& step) {
  const auto may_hold = [&run](const workflow::Condition* when) {
    const auto names = when->names();
    const bool is_open = std::any_of(names.begin(), names.end(), [](const std::string& name) {
      return name.starts_with("steps.") || name.starts_with("master.");
    });
    return is_open || when->holds(run.values, run.line.is_joining());
  };
  const auto all = workflow::conditions_of(step, run.record->finished);
  return std::all_of(all.begin(), all.end(), may_hold);
}

}  // namespace muster::provision
