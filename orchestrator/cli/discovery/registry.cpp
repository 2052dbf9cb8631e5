#include <fmt/format.h>

#include "orchestrator/cli/discovery/sources.hpp"
#include "orchestrator/client/registry_query.hpp"
#include "proto/filter/filter.hpp"

namespace muster::cli::sources {

Status registry(client::Link& link, const Search& search, Discovery& found) {
  auto text = search.filter.text();
  if (!search.agent.empty()) text.agents.push_back(search.agent);
  MUSTER_ASSIGN(const auto filter, filter::Filter::parse(text));
  MUSTER_ASSIGN(const auto answer,
                client::ask_registry(link, filter,
                                     {.timeout = std::max(search.patience, kRegistryPatience),
                                      .confirmed = search.confirmed}));
  found.method = Method::registry;
  found.online = answer.known;
  for (const auto& node : answer.nodes) found.identities.push_back(node.identity);
  found.undecided = answer.undecided;
  if (!answer.heard_all)
    found.note = fmt::format("{} has not listened for long: its registry may lack nodes",
                             answer.orchestrator);
  return {};
}

}  // namespace muster::cli::sources
