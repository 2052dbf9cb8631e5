// What a file must be before this daemon runs it or believes it.
#pragma once

#include <filesystem>
#include <string_view>

#include "node-agent/external/agent_files.hpp"
#include "proto/base/result.hpp"

namespace muster::external {

// It is there, executable, and only root and this daemon's user may write it and the folders above
// (base::check_guard): what it says is run with this daemon's rights.
Status check_program(const AgentFile& agent_file);
// Whether a description in JSON is one of a program: "provider" is "external". What is no description
// at all counts as one, so that somebody is told.
bool is_external(std::string_view json);

}  // namespace muster::external
