#include "plugins/agents/shell/shell_agent.hpp"

namespace muster::plugins::shell {

Result<std::vector<std::string>> ShellAgent::argv(const Value& inputs) const {
  return std::vector<std::string>{"/bin/sh", "-c", title(inputs)};
}

std::string ShellAgent::title(const Value& inputs) const {
  return inputs.at("command").get<std::string>();
}

}  // namespace muster::plugins::shell
