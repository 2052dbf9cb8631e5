#include "tests/bench/intake/stopwatch.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace muster::bench {
namespace {

double cpu_us() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto us = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return us(usage.ru_utime) + us(usage.ru_stime);
}

}  // namespace

Stopwatch::Stopwatch() : cpu_us_(cpu_us()), began_(std::chrono::steady_clock::now()) {}

Took Stopwatch::took() const {
  const auto passed = std::chrono::steady_clock::now() - began_;
  return {std::chrono::duration<double, std::milli>(passed).count(), cpu_us() - cpu_us_};
}

Took median(std::vector<Took> all) {
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
  std::nth_element(all.begin(), middle, all.end(),
                   [](const auto& one, const auto& other) { return one.ms < other.ms; });
  return *middle;
}

}  // namespace muster::bench
