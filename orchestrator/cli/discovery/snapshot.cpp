#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/cli/discovery/sources.hpp"
#include "orchestrator/client/registry_query.hpp"
#include "proto/filter/filter.hpp"

namespace muster::cli::sources {
namespace {

// Whoever insists on it waits for a slow one as well.
std::chrono::milliseconds patience_of(const Search& search) {
  return search.method == Method::snapshot ? std::max(search.patience, kRegistryPatience)
                                           : kSnapshotPatience;
}

Result<client::RegistryAnswer> ask(client::Link& link, const Search& search) {
  const client::RegistryQuestion question{
      .timeout = patience_of(search), .confirmed = search.confirmed, .online = true};
  if (search.agent.empty()) return client::ask_registry(link, search.filter, question);
  auto text = search.filter.text();
  text.agents.push_back(search.agent);
  MUSTER_ASSIGN(const auto filter, filter::Filter::parse(text));
  return client::ask_registry(link, filter, question);
}

// They alone know whether they match.
Status ask_undecided(client::Caller& caller, const Search& search, Names undecided,
                     Discovery& found) {
  const Judging judging{search.filter, search.agent, search.patience, search.confirmed};
  MUSTER_ASSIGN(auto judged, judge(caller, judging, undecided, /*by_name=*/true));
  found.identities.insert(found.identities.end(), judged.matched.begin(), judged.matched.end());
  std::sort(found.identities.begin(), found.identities.end());
  found.undecided = std::move(judged.undecided);
  return {};
}

}  // namespace

Result<bool> snapshot(client::Link& link, client::Caller& caller, const Search& search,
                      Discovery& found) {
  const bool insists = search.method == Method::snapshot;
  auto answer = ask(link, search);
  if (!answer && insists) return fail(std::move(answer).error());
  if (!answer) {
    found.no_snapshot = answer.error().message;
    return false;
  }
  if (!insists && answer->undecided.size() > kUndecidedAskedMax) {
    found.no_snapshot =
        fmt::format("{} cannot tell of {} nodes", answer->orchestrator, answer->undecided.size());
    return false;
  }
  found.method = Method::snapshot;
  found.online = answer->known;
  found.orchestrator = answer->orchestrator;
  found.oldest = answer->oldest;
  for (const auto& node : answer->nodes) {
    found.identities.push_back(node.identity);
    if (!node.registered) ++found.unregistered;
  }
  if (!answer->undecided.empty())
    MUSTER_TRY(ask_undecided(caller, search, std::move(answer->undecided), found));
  return true;
}

}  // namespace muster::cli::sources
