// Jobs on nodes, and what commands wrote there, for people.
#pragma once

#include <string>

#include "orchestrator/cli/render/style.hpp"
#include "orchestrator/client/caller.hpp"

namespace muster::cli::render {

// A line for each job of each node that is ok: node, handle, state, exit code, when, command.
std::string jobs_text(const client::CallResult& result, const Style& style, std::size_t columns);

// One node's `run`: its name, what the command wrote, and how it ended unless it ended well. Ends
// with an empty line.
std::string run_text(const client::NodeResult& node, const Style& style);

}  // namespace muster::cli::render
