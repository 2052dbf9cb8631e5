// Time, and the processor time of all threads, of what is measured.
#pragma once

#include <chrono>
#include <vector>

namespace muster::bench {

struct Took {
  double ms = 0;
  double cpu_us = 0;
};

// From its making to took().
class Stopwatch {
 public:
  Stopwatch();
  Took took() const;

 private:
  const double cpu_us_;
  const std::chrono::steady_clock::time_point began_;
};

// The one with the median time; not of none.
Took median(std::vector<Took> all);

}  // namespace muster::bench
