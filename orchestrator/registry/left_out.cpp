#include "orchestrator/registry/left_out.hpp"

#include <algorithm>

#include "proto/filter/filter.hpp"
#include "proto/filter/find_fact.hpp"

namespace muster::registry {

bool reads_what_was_left_out(const filter::Filter& filter, const client::Registered& known) {
  if (filter.needs_classes() && known.node.left_out_classes > 0) return true;
  if (known.left_out_bytes == 0) return false;
  const auto paths = filter.fact_paths();
  return std::any_of(paths.begin(), paths.end(), [&](const std::string& path) {
    return filter::find_fact(known.node.facts, path) == nullptr;
  });
}

}  // namespace muster::registry
