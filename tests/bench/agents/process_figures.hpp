// What the kernel counts of a process.
#pragma once

#include <sys/types.h>

#include <cstddef>

namespace muster::bench {

struct ProcessFigures {
  double rss_kib = 0;
  double pss_kib = 0;  // what it shares counts by its share
  std::size_t threads = 0;
  std::size_t descriptors = 0;
  double wakeups = 0;       // times that one of its threads waited for something, since each began
  double paho_wakeups = 0;  // of those, the threads of Paho's
  double cpu_ms = 0;        // of all threads, also of those that have ended
};

// All 0 when there is no such process.
ProcessFigures look_at(pid_t process);

}  // namespace muster::bench
