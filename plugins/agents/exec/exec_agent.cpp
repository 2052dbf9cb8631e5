#include "plugins/agents/exec/exec_agent.hpp"

#include "plugins/agents/shell/command.hpp"

namespace muster::plugins::exec {

Result<std::vector<std::string>> ExecAgent::argv(const Value& inputs) const {
  std::vector<std::string> words;
  for (const auto& word : inputs.at("argv")) {
    if (!word.is_string())
      return fail(Errc::invalid_data, R"(argv must be a list of texts: ["uptime", "-p"])");
    words.push_back(word.get<std::string>());
  }
  return words;
}

std::string ExecAgent::title(const Value& inputs) const {
  return shell::printed(argv(inputs).value_or(std::vector<std::string>()));
}

}  // namespace muster::plugins::exec
