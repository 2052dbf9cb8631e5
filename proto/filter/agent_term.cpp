#include "proto/filter/agent_term.hpp"

#include <algorithm>

#include "proto/base/names.hpp"

namespace muster::filter {

Truth AgentTerm::evaluate(const Subject& subject) const {
  return truth(subject.agents && std::find(subject.agents->begin(), subject.agents->end(),
                                           agent_) != subject.agents->end());
}

Result<TermPtr> parse_whole_agent(Scanner& scanner) {
  const std::string agent(scanner.rest());
  if (auto word = base::check_word("agent", agent); !word)
    return scanner.error(word.error().message);
  return std::make_unique<AgentTerm>(agent);
}

}  // namespace muster::filter
