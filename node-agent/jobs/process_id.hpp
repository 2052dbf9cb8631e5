// A process, told from a stranger who was given its number later.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "proto/base/result.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::jobs {

// The number alone is used again; with its start (clock ticks since boot) and the boot it names one
// process for ever. See proc(5), field 22 of stat.
struct ProcessId {
  pid_t pid = 0;
  std::uint64_t start_ticks = 0;
  std::string boot_id;

  bool operator==(const ProcessId&) const = default;
};

// Errc::not_found when there is no such process, or only its zombie.
Result<ProcessId> identify(pid_t pid);

bool alive(const ProcessId& process);

// A pidfd that is surely of that process: readable once it has ended. Errc::not_found when it is
// gone.
Result<base::UniqueFd> open_process(const ProcessId& process);

// Fetches a child of ours that has ended, or it stays a zombie. Leaves any other process alone.
void reap(const ProcessId& process);

}  // namespace muster::jobs
