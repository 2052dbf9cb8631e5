#include "orchestrator/workflow/descriptions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::workflow {

Descriptions::Descriptions(OfSite of_site) : agents_(std::move(of_site)) {
  for (const auto& text : ddl::texts())
    agents_.insert_or_assign(std::string(text.name), ddl::built_in(text.name));
}

const std::shared_ptr<const Descriptions>& Descriptions::built_in() {
  static const auto kBuiltIn = std::make_shared<const Descriptions>(OfSite());
  return kBuiltIn;
}

Result<const ddl::Agent*> Descriptions::agent(const std::string& name) const {
  if (const auto at = agents_.find(name); at != agents_.end()) {
    if (!at->second) return fail(Errc::config, at->second.error().message);
    return &*at->second;
  }
  std::vector<std::string> known;
  for (const auto& [each, agent] : agents_) known.push_back(each);
  return fail(
      Errc::config,
      fmt::format(
          "unknown agent {}{}; 'muster plugin fetch {} --from NODE' has a node describe its own",
          base::quoted(name), base::hint_for(name, known),
          base::check_word("agent", name) ? name : "AGENT"));
}

Result<const ddl::Action*> Descriptions::action(const std::string& agent,
                                                const std::string& action) const {
  MUSTER_ASSIGN(const auto* described, this->agent(agent));
  if (const auto* found = described->find(action)) return found;
  return fail(Errc::config, fmt::format("unknown action {}{}", base::quoted(agent + "#" + action),
                                        base::hint_for(action, described->action_names())));
}

bool Descriptions::takes(std::string_view agent, std::string_view action,
                         std::string_view input) const {
  const auto at = agents_.find(agent);
  const auto* found = at == agents_.end() || !at->second ? nullptr : at->second->find(action);
  return found != nullptr && std::any_of(found->inputs.begin(), found->inputs.end(),
                                         [&](const auto& each) { return each.name == input; });
}

}  // namespace muster::workflow
