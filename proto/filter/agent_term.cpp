#include "proto/filter/agent_term.hpp"

#include "proto/base/names.hpp"

namespace muster::filter {

Truth AgentTerm::evaluate(const Subject& subject) const {
  return truth(first_match(subject.agents, wanted_) != nullptr);
}

std::string AgentTerm::printed() const {
  return printed_name(wanted_);
}

std::string AgentTerm::found(const Subject& subject) const {
  return found_in(subject.agents, wanted_, "agent");
}

void AgentTerm::add_lookups(std::vector<Lookup>& lookups) const {
  if (const auto* name = std::get_if<std::string>(&wanted_)) lookups.push_back(agent_lookup(*name));
}

Result<TermPtr> parse_whole_agent(Scanner& scanner) {
  if (scanner.rest().starts_with('/')) {
    MUSTER_ASSIGN(auto regex, scanner.counted(regex_from_slashes(scanner.rest()), 0));
    return std::make_unique<AgentTerm>(std::move(regex));
  }
  const std::string agent(scanner.rest());
  if (auto word = base::check_word("agent", agent); !word)
    return scanner.error(word.error().message);
  return std::make_unique<AgentTerm>(agent);
}

}  // namespace muster::filter
