#include "proto/ddl/texts.hpp"

#include <fmt/format.h>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::ddl {

std::string_view text(std::string_view agent) {
  for (const auto& entry : texts())
    if (entry.name == agent) return entry.json;
  return {};
}

Result<Agent> built_in(std::string_view agent) {
  const auto json = text(agent);
  if (!json.empty()) return parse(json, fmt::format("ddl/agent/{}.json", agent));
  std::vector<std::string> known;
  for (const auto& entry : texts()) known.emplace_back(entry.name);
  return fail(Errc::unknown_action, fmt::format("no agent {} is built in{}", base::quoted(agent),
                                                base::hint_for(agent, known)));
}

}  // namespace muster::ddl
