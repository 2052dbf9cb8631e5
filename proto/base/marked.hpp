// Finds processes by a mark in their environment: descendants that left their process group.
#pragma once

#include <cstddef>
#include <string_view>

namespace muster::base {

inline constexpr std::size_t kEnvironmentReadMaxBytes = 256 * 1024;  // of one process

// Kills every process that was started with `mark` ("NAME=value", unique) in its environment, and what
// it starts meanwhile; how many. Those of other users are beyond an unprivileged caller, and one that
// was started with another environment is not found.
std::size_t kill_marked(std::string_view mark);

}  // namespace muster::base
