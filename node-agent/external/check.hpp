// What a file must be before this daemon runs it or believes it.
#pragma once

#include <filesystem>
#include <string_view>

#include "node-agent/external/candidates.hpp"
#include "proto/base/result.hpp"

namespace muster::external {

// It is there, and not everybody may write it: what it says is run as this daemon's user.
Status check_file(const std::filesystem::path& path);
// The same of the candidate's program, which is executable.
Status check_program(const Candidate& candidate);
// Whether a description in JSON is one of a program: "provider" is "external". What is no description
// at all counts as one, so that somebody is told.
bool is_external(std::string_view json);

}  // namespace muster::external
