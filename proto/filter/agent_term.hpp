// An agent that is active on the node, by name or /re/.
#pragma once

#include "proto/filter/name_list.hpp"
#include "proto/filter/scanner.hpp"
#include "proto/filter/term.hpp"

namespace muster::filter {

class AgentTerm final : public Term {
 public:
  explicit AgentTerm(WantedName wanted) : wanted_(std::move(wanted)) {}
  Truth evaluate(const Subject& subject) const override;
  // Compounds know no agents: only shown.
  std::string printed() const override;
  std::string found(const Subject& subject) const override;
  void add_lookups(std::vector<Lookup>& lookups) const override;

 private:
  WantedName wanted_;
};

// All of what -A got.
Result<TermPtr> parse_whole_agent(Scanner& scanner);

}  // namespace muster::filter
