#include "orchestrator/provision/run/steps/chosen_nodes.hpp"

#include <fmt/format.h>

#include "orchestrator/provision/node_choice.hpp"
#include "proto/filter/filter.hpp"

namespace muster::provision {

using workflow::IfNone;

Result<std::vector<FoundMember>> chosen_nodes(RunState& run, const workflow::Selection& selection,
                                              const std::vector<std::string>& facts) {
  auto chosen = choose_nodes(run.node.identity, *run.node.facts,
                             run.world.discover(*selection.filter), facts, selection.most);
  if (!chosen.empty()) return chosen;
  const auto runs = selection.agent.empty() ? "" : fmt::format(" and runs {}", selection.agent);
  const auto nobody =
      fmt::format("no other node is online that matches '{}'{}", selection.from, runs);
  if (selection.if_none == IfNone::fail) return fail(Errc::not_found, nobody);
  if (selection.if_none == IfNone::wait) return fail(Errc::unavailable, nobody);
  run.note = nobody;
  return chosen;
}

}  // namespace muster::provision
