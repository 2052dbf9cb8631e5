// exec: a program and its arguments, with no shell in between.
#pragma once

#include "plugins/agents/shell/command_agent.hpp"

namespace muster::plugins::exec {

class ExecAgent final : public shell::CommandAgent {
 public:
  using CommandAgent::CommandAgent;

 private:
  Result<std::vector<std::string>> argv(const Value& inputs) const override;
  std::string title(const Value& inputs) const override;
};

}  // namespace muster::plugins::exec
