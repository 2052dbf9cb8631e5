#include "orchestrator/client/presence_reads.hpp"

#include <fmt/format.h>

#include "proto/filter/filter.hpp"
#include "proto/filter/find_fact.hpp"

namespace muster::client {

Reads Reads::of(const filter::Filter& filter, const std::string& agent) {
  return {filter.fact_paths(), filter.needs_classes(),
          !agent.empty() || !filter.text().agents.empty()};
}

std::string missing_of(const Member& member, const Reads& reads) {
  if (reads.classes && member.left_out_classes > 0)
    return fmt::format("left {} of its classes out", member.left_out_classes);
  if (reads.agents && member.left_out_agents > 0)
    return fmt::format("left {} of its agents out", member.left_out_agents);
  for (const auto& path : reads.facts)
    if (filter::find_fact(member.facts, path) == nullptr)
      return fmt::format("does not publish {}", path);
  return "";
}

}  // namespace muster::client
