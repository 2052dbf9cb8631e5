#include "orchestrator/cli/job/find_node.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "orchestrator/cli/remote_call.hpp"

namespace muster::cli::job {
namespace {

Result<std::string> whose(const RemoteCall& asked, const std::string& handle) {
  std::string refused;
  for (const auto& node : asked.result.results) {
    if (node.outcome == client::Outcome::ok) return node.identity;
    if (node.outcome == client::Outcome::refused) refused = "; " + node.message;
  }
  auto silent = asked.result.silent();
  silent.insert(silent.end(), asked.frame.undecided.begin(), asked.frame.undecided.end());
  if (!silent.empty())
    return fail(Errc::no_answer,
                fmt::format("who answered has no job {}; it may be on one of {} that did not: {}{}",
                            handle, silent.size(), fmt::join(silent, ", "), refused));
  return fail(Errc::not_found, fmt::format("none of {} nodes that were asked has job {}{}",
                                           asked.result.results.size(), handle, refused));
}

}  // namespace

std::optional<std::string> named_node(const CallOptions& options) {
  const auto& words = options.words;
  const bool more = !words.facts.empty() || !words.classes.empty() || !words.agents.empty() ||
                    !words.compounds.empty() || !options.with.empty();
  if (more || words.identities.size() != 1 || words.identities.front().starts_with('/'))
    return std::nullopt;
  return words.identities.front();
}

Result<std::string> find_node(Conversation& talk, const CallOptions& options,
                              const ddl::Agent& agent, const std::string& handle) {
  if (auto named = named_node(options)) return *std::move(named);
  MUSTER_ASSIGN(const auto asked,
                call_remote(talk, options, agent, "status", {{"handle", handle}}));
  return whose(asked, handle);
}

}  // namespace muster::cli::job
