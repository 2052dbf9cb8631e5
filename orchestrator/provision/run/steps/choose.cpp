#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

#include "orchestrator/provision/run/steps/chosen_nodes.hpp"
#include "orchestrator/provision/run/steps/steps.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {

// Chosen again, another set may be found: what was chosen before does not count any more.
loop::Task<Status> choose(RunState& run, const workflow::Step& step) {
  run.values.forget_outputs_of(step.name);
  MUSTER_CO_ASSIGN(const auto chosen, chosen_nodes(run, step.selection, step.facts));
  std::vector<std::string> identities;
  for (const auto& each : chosen) identities.push_back(each.identity);
  Value outcome{{"identities", identities}};
  if (!chosen.empty()) {
    outcome["identity"] = chosen.front().identity;
    outcome["address"] = chosen.front().address;
    run.note = fmt::format("{}", fmt::join(identities, ", "));
  }
  run.keep(step, outcome);
  co_return Status{};
}

}  // namespace muster::provision
