#include "proto/base/marked.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <memory>
#include <string>

#include "proto/base/unique_fd.hpp"

namespace muster::base {
namespace {

// Something that forks faster than we look is not ended by looking for ever.
constexpr int kRoundsMax = 20;

std::string environment_of(pid_t pid) {
  const UniqueFd fd(
      ::open(fmt::format("/proc/{}/environ", pid).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  std::string text;
  char chunk[16384];
  while (fd && text.size() < kEnvironmentReadMaxBytes) {
    const auto got = ::read(fd.get(), chunk, sizeof chunk);
    if (got <= 0) break;
    text.append(chunk, static_cast<std::size_t>(got));
  }
  return text;
}

bool has(std::string_view environment, std::string_view mark) {
  while (!environment.empty()) {
    const auto end = environment.find('\0');
    if (environment.substr(0, end) == mark) return true;
    if (end == std::string_view::npos) break;
    environment.remove_prefix(end + 1);
  }
  return false;
}

// The descriptor comes first: the number may be another process's by the time of the kill.
bool kill_if_marked(pid_t pid, std::string_view mark) {
  const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  return process && has(environment_of(pid), mark) &&
         ::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0) == 0;
}

std::size_t kill_round(std::string_view mark) {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc"), ::closedir);
  std::size_t killed = 0;
  while (const dirent* entry = folder ? ::readdir(folder.get()) : nullptr) {
    const std::string_view name(entry->d_name);
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error != std::errc() || end != name.data() + name.size() || pid == ::getpid()) continue;
    if (kill_if_marked(pid, mark)) ++killed;
  }
  return killed;
}

}  // namespace

std::size_t kill_marked(std::string_view mark) {
  std::size_t killed = 0;
  for (int round = 0; round < kRoundsMax; ++round) {
    const auto now = kill_round(mark);
    if (now == 0) break;
    killed += now;
  }
  return killed;
}

}  // namespace muster::base
