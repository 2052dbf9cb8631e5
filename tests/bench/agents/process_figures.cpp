#include "tests/bench/agents/process_figures.hpp"

#include <fmt/format.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

namespace muster::bench {
namespace {

namespace fs = std::filesystem;

// The number behind "KEY:" in a file of /proc.
double number_in(const fs::path& file, const std::string& key) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(key + ":")) return std::stod(line.substr(key.size() + 1));
  return 0;
}

std::string first_line(const fs::path& file) {
  std::ifstream lines(file);
  std::string line;
  std::getline(lines, line);
  return line;
}

double cpu_ms_of(pid_t process) {
  constexpr double kMsASecond = 1e3;
  constexpr double kMsANanosecond = 1e-6;
  clockid_t clock{};
  timespec used{};
  if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &used) != 0) return 0;
  return static_cast<double>(used.tv_sec) * kMsASecond +
         static_cast<double>(used.tv_nsec) * kMsANanosecond;
}

}  // namespace

ProcessFigures look_at(pid_t process) {
  const fs::path home = fmt::format("/proc/{}", process);
  std::error_code gone;
  ProcessFigures figures;
  figures.rss_kib = number_in(home / "smaps_rollup", "Rss");
  figures.pss_kib = number_in(home / "smaps_rollup", "Pss");
  for (auto fd = fs::directory_iterator(home / "fd", gone); fd != fs::directory_iterator(); ++fd)
    ++figures.descriptors;
  for (auto thread = fs::directory_iterator(home / "task", gone);
       thread != fs::directory_iterator(); ++thread) {
    const auto waited = number_in(thread->path() / "status", "voluntary_ctxt_switches");
    ++figures.threads;
    figures.wakeups += waited;
    if (first_line(thread->path() / "comm").starts_with("MQTTAsync"))
      figures.paho_wakeups += waited;
  }
  figures.cpu_ms = cpu_ms_of(process);
  return figures;
}

}  // namespace muster::bench
