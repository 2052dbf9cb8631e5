// shell: one line for /bin/sh.
#pragma once

#include "plugins/agents/shell/command_agent.hpp"

namespace muster::plugins::shell {

class ShellAgent final : public CommandAgent {
 public:
  using CommandAgent::CommandAgent;

 private:
  Result<std::vector<std::string>> argv(const Value& inputs) const override;
  std::string title(const Value& inputs) const override;
};

}  // namespace muster::plugins::shell
