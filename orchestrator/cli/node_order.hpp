// The commands that order something of several nodes: muster provision again, retry, cancel, forget.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "orchestrator/cli/program.hpp"

namespace muster::cli {

// A flag of one of them, an input of its action.
struct NodeOrderFlag {
  const char* option;       // "--new-certificate"
  const char* description;  // in its help
  const char* input;        // true when it is given
  const char* what;         // as NodeOrderWords::what, then
  const char* done;
};

// Texts are literals. {} in `done` is the node's name.
struct NodeOrderWords {
  const char* name;                      // of the command
  const char* description;               // in its help
  const char* action;                    // of the orchestrators
  const char* what;                      // "provisioned again": before it is done
  const char* done;                      // "{} will be provisioned again": of one node
  std::vector<std::string> states = {};  // of the nodes that a filter chooses among; empty: all
  std::optional<NodeOrderFlag> flag = {};
};

void add_node_order(Program& program, Command parent, const NodeOrderWords& words);

}  // namespace muster::cli
