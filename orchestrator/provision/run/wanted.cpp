#include "orchestrator/provision/run/wanted.hpp"

#include <algorithm>

namespace muster::provision {

bool is_wanted(const RunState& run, const workflow::Step& step) {
  return step.when.holds(run.values, run.line.is_joining());
}

bool may_be_wanted(const RunState& run, const workflow::Step& step) {
  const auto names = step.when.names();
  const bool is_open = std::any_of(names.begin(), names.end(), [](const std::string& name) {
    return name.starts_with("steps.") || name.starts_with("master.");
  });
  return is_open || is_wanted(run, step);
}

}  // namespace muster::provision
