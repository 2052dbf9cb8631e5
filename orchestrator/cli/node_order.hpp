// The commands that order something of several nodes: muster provision again, retry, cancel, forget.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/cli/program.hpp"

namespace muster::cli {

// Texts are literals. {} in `done` is the node's name.
struct NodeOrderWords {
  const char* name;                      // of the command
  const char* description;               // in its help
  const char* action;                    // of the orchestrators
  const char* what;                      // "provisioned again": before it is done
  const char* done;                      // "{} will be provisioned again": of one node
  std::vector<std::string> states = {};  // of the nodes that a filter chooses among; empty: all
};

void add_node_order(Program& program, Command parent, const NodeOrderWords& words);

}  // namespace muster::cli
