#include "orchestrator/broker/broker_process.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

#include "proto/base/files.hpp"
#include "proto/base/names.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::broker {
namespace {

constexpr std::string_view kBrokerCommand = "mosquitto\n";  // as /proc/PID/comm says it

Result<pid_t> pid_from(const std::filesystem::path& file) {
  MUSTER_ASSIGN(const auto text, base::read_file(file));
  pid_t pid = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), pid);
  if (read.ec == std::errc() && pid > 1) return pid;
  return fail(Errc::invalid_data,
              fmt::format("{} holds no process id but {}", file.string(), base::quoted(text)));
}

}  // namespace

Status reload_broker(const std::filesystem::path& pid_file) {
  MUSTER_ASSIGN(const auto pid, pid_from(pid_file));
  // The descriptor stays with this very process, whoever gets its number later.
  const base::UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!process)
    return fail(Errc::not_found, fmt::format("no process {} of {} runs", pid, pid_file.string()));
  MUSTER_ASSIGN(const auto command, base::read_file(fmt::format("/proc/{}/comm", pid)));
  if (command != kBrokerCommand)
    return fail(Errc::refused, fmt::format("process {} of {} is {}, no mosquitto", pid,
                                           pid_file.string(), base::quoted(command)));
  if (::syscall(SYS_pidfd_send_signal, process.get(), SIGHUP, nullptr, 0) == 0) return {};
  if (errno == ESRCH)
    return fail(Errc::not_found, fmt::format("the broker, process {}, has ended", pid));
  return fail(Errc::io,
              fmt::format("cannot signal the broker, process {}: {}; the watcher must run "
                          "as the broker's user, or as root",
                          pid, std::strerror(errno)));
}

}  // namespace muster::broker
