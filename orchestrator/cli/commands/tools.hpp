// Commands about muster itself and its plugins rather than about nodes.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/cli/program.hpp"

namespace muster::cli {

void add_plugin(Program& program);
void add_plugin_fetch(Program& program, Command parent);
void add_completion(Program& program);
void add_man(Program& program);

// `muster complete`, which the shells' scripts ask: `words` follow it. Its exit status.
int answer_completion(const Program& program, std::vector<std::string> words);

}  // namespace muster::cli
