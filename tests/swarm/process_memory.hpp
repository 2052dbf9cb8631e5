// What a process has in memory.
#pragma once

#include <fmt/format.h>
#include <sys/types.h>
#include <unistd.h>

#include <fstream>

namespace muster::swarm {

// Resident, in KiB; 0 when there is no such process.
inline double resident_kib(pid_t pid) {
  constexpr double kBytesPerKib = 1'024;
  std::ifstream statm(fmt::format("/proc/{}/statm", pid));
  double all = 0;
  double resident = 0;
  statm >> all >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / kBytesPerKib;
}

}  // namespace muster::swarm
