// An agent that is active on the node.
#pragma once

#include "proto/filter/scanner.hpp"
#include "proto/filter/term.hpp"

namespace muster::filter {

class AgentTerm final : public Term {
 public:
  explicit AgentTerm(std::string agent) : agent_(std::move(agent)) {}
  Truth evaluate(const Subject& subject) const override;
  // Compounds know no agents: only shown.
  std::string printed() const override { return agent_; }

 private:
  std::string agent_;
};

// All of what -A got.
Result<TermPtr> parse_whole_agent(Scanner& scanner);

}  // namespace muster::filter
