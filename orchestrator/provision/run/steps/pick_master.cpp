#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "orchestrator/provision/run/steps/steps.hpp"

namespace muster::provision {
namespace {

bool any_is_full(const std::vector<MasterCandidate>& candidates, const Exclusions& excluded) {
  return std::any_of(candidates.begin(), candidates.end(), [&](const MasterCandidate& candidate) {
    return candidate.is_full && candidate.retired_by.empty() &&
           !excluded.contains(candidate.identity);
  });
}

// A member's certificate ties it to the master whose CA issued it.
Status pick_own_master(RunState& run, const std::vector<MasterCandidate>& candidates) {
  const auto ca = run.world.member_ca(run.node.identity);
  for (const auto& candidate : candidates) {
    const auto master = run.world.master(candidate.identity);
    if (!master || master->ca_fingerprint != ca || ca.empty()) continue;
    run.masters_are_full = candidate.is_full;
    if (!candidate.healthy)
      return fail(Errc::unavailable, fmt::format("{}, which issued this node's certificate: {}",
                                                 candidate.identity, candidate.ill_because));
    run.note = candidate.identity + " issued its certificate";
    return run.use_master(candidate);
  }
  return fail(Errc::unavailable,
              "the master whose CA issued this node's certificate is not online");
}

}  // namespace

loop::Task<Status> pick_master(RunState& run, const workflow::Step& step) {
  run.masters_are_full = false;
  auto asked = run.world.candidates();
  const auto candidates = co_await asked;
  if (!run.line.is_joining()) co_return pick_own_master(run, candidates);
  auto excluded = run.excluded;
  for (const auto& candidate : candidates)
    if (!candidate.may_issue(run.node.identity))
      excluded.emplace(candidate.identity, "its CA may not issue the name " + run.node.identity);
  run.masters_are_full = any_is_full(candidates, excluded);
  const auto choice =
      choose_master(*run.node.facts, candidates, step.facts, step.otherwise, excluded);
  if (!choice) co_return fail(choice.error());
  run.masters_are_full = false;
  run.note = fmt::format("{} ({})", choice->identity, choice->because);
  const auto chosen =
      std::find_if(candidates.begin(), candidates.end(),
                   [&](const MasterCandidate& each) { return each.identity == choice->identity; });
  co_return run.use_master(*chosen);
}

}  // namespace muster::provision
