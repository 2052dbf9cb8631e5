#include "orchestrator/cli/discovery/mistyped_fact.hpp"

#include <fmt/format.h>

#include <set>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/filter/filter.hpp"

namespace muster::cli {
namespace {

using Paths = std::set<std::string, std::less<>>;

// "os", "os.name": maps by dotted path, as filters name them.
void add_paths(const Value& facts, const std::string& prefix, Paths& paths) {
  if (!facts.is_object()) return;
  for (const auto& [name, value] : facts.items()) {
    const auto path = prefix + name;
    paths.insert(path);
    add_paths(value, path + ".", paths);
  }
}

}  // namespace

std::string mistyped_fact(const filter::Filter& filter,
                          const std::vector<client::MemberPtr>& members) {
  Paths shown;
  for (std::size_t at = 0; at < members.size() && at < kMembersReadMax; ++at)
    add_paths(members[at]->facts, "", shown);
  const std::vector<std::string> known(shown.begin(), shown.end());
  for (const auto& path : filter.fact_paths()) {
    if (shown.contains(path)) continue;
    if (const auto near = base::nearest(path, known))
      return fmt::format("no node shows a fact {}; did you mean {}?", base::quoted(path),
                         base::quoted(*near));
  }
  return "";
}

}  // namespace muster::cli
