// Starts the process that stays with a job.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::jobs {

inline constexpr std::chrono::seconds kStartPatience{10};

// Runs `argv` in a session of its own and returns its pid once it has said "ok" on its stdout.
// Anything else it says is the error; Errc::timeout when it says nothing within kStartPatience. A
// supervisor that failed has been reaped. Thread-safe.
Result<pid_t> spawn_supervisor(const std::vector<std::string>& argv);

}  // namespace muster::jobs
