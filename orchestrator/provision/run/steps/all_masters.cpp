#include "orchestrator/provision/run/steps/all_masters.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace muster::provision {

loop::Task<Result<std::vector<std::string>>> ask_all_masters(RunState& run, Question question) {
  auto looked = run.world.candidates();
  const auto candidates = co_await looked;
  const auto known = run.world.known_masters();
  std::set<std::string> away(known.begin(), known.end());
  std::vector<std::string> able;
  for (const auto& candidate : candidates) {
    const bool asked = candidate.healthy || candidate.identity == run.record->master;
    if (!asked) {
      away.insert(candidate.identity);
      continue;
    }
    away.erase(candidate.identity);
    able.push_back(candidate.identity);
  }
  // A master that cleans its own certificate is none any more.
  away.erase(run.node.identity);
  std::erase(able, run.node.identity);
  run.masters_are_at_it = true;
  auto asked = run.world.call_masters(std::move(able), std::move(question));
  const auto replies = co_await asked;
  run.masters_are_at_it = std::any_of(replies.begin(), replies.end(), [](const auto& reply) {
    return !reply && reply.error().code == Errc::unavailable;
  });
  for (const auto& reply : replies)
    if (!reply) co_return fail(reply.error());
  co_return std::vector<std::string>(away.begin(), away.end());
}

}  // namespace muster::provision
