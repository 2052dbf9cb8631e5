#include "proto/base/child.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "proto/base/child_start.hpp"
#include "proto/base/marked.hpp"
#include "proto/base/names.hpp"
#include "proto/base/text.hpp"

namespace muster::base {
namespace {

using Steady = std::chrono::steady_clock;

// SIGKILL ends everything but a process stuck in the kernel (a dead NFS server); that one is left
// behind.
constexpr std::chrono::milliseconds kKillPatience{2'000};

struct Sink {
  UniqueFd& fd;
  std::string& text;
};

enum class End { exited, late, too_much, cancelled };

void keep(std::string_view chunk, Sink& sink, const ChildSpec& spec, ChildResult& result) {
  const auto room = spec.output_max_bytes - std::min(spec.output_max_bytes, sink.text.size());
  const auto kept = std::min(room, chunk.size());
  sink.text.append(chunk.substr(0, kept));
  result.dropped_bytes += chunk.size() - kept;
}

// One read; closes the descriptor at its end. Bytes read.
std::size_t read_some(Sink& sink, const ChildSpec& spec, ChildResult& result) {
  std::array<char, 16384> chunk;
  const auto got = ::read(sink.fd.get(), chunk.data(), chunk.size());
  if (got > 0) {
    keep({chunk.data(), static_cast<std::size_t>(got)}, sink, spec, result);
    return static_cast<std::size_t>(got);
  }
  if (got == 0 || (errno != EAGAIN && errno != EINTR)) sink.fd.reset();
  return 0;
}

// What lies in the pipe at this moment and no more: a descendant may hold it open, and write, for
// ever.
void drain(Sink& sink, const ChildSpec& spec, ChildResult& result) {
  int waiting = 0;
  if (!sink.fd || ::ioctl(sink.fd.get(), FIONREAD, &waiting) != 0) return;
  auto left = static_cast<std::size_t>(waiting);
  while (left > 0 && sink.fd) {
    const auto got = read_some(sink, spec, result);
    if (got == 0) return;
    left -= std::min(left, got);
  }
}

int milliseconds_until(Steady::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Steady::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

bool too_much(const ChildSpec& spec, const ChildResult& result) {
  return spec.output_deadly_bytes > 0 &&
         result.out.size() + result.err.size() + result.dropped_bytes > spec.output_deadly_bytes;
}

End follow(Running& child, const ChildSpec& spec, ChildResult& result) {
  const auto deadline = Steady::now() + spec.timeout;
  std::array<Sink, 2> sinks{Sink{child.out, result.out}, Sink{child.err, result.err}};
  for (;;) {
    // poll(2) skips negative descriptors, which closed ones are.
    std::array<pollfd, 4> watched{
        pollfd{child.exited.get(), POLLIN, 0}, pollfd{child.out.get(), POLLIN, 0},
        pollfd{child.err.get(), POLLIN, 0}, pollfd{spec.cancel_fd, POLLIN, 0}};
    const int ready = ::poll(watched.data(), watched.size(), milliseconds_until(deadline));
    if (ready > 0 && watched[0].revents != 0) {
      for (auto& sink : sinks) drain(sink, spec, result);
      return End::exited;
    }
    if (ready > 0 && watched[3].revents != 0) return End::cancelled;
    if (Steady::now() >= deadline) return End::late;
    for (std::size_t i = 0; ready > 0 && i < sinks.size(); ++i)
      if (watched[i + 1].revents != 0) read_some(sinks[i], spec, result);
    if (too_much(spec, result)) return End::too_much;
  }
}

// "did not end within 500 ms"
std::string reason(End end, const ChildSpec& spec) {
  if (end == End::too_much)
    return fmt::format("printed more than {} bytes", spec.output_deadly_bytes);
  if (end == End::cancelled) return "was no longer wanted";
  return fmt::format("did not end within {} ms", spec.timeout.count());
}

Errc code_of(End end) {
  if (end == End::too_much) return Errc::limit;
  return end == End::cancelled ? Errc::aborted : Errc::timeout;
}

Error end_by_force(const Running& child, End end, const ChildSpec& spec,
                   const ChildResult& result) {
  // Not reaped yet, so that the number is still the child's.
  ::kill(-child.pid, SIGKILL);
  if (!spec.mark.empty()) kill_marked(spec.mark);
  pollfd exited{child.exited.get(), POLLIN, 0};
  const bool dead = ::poll(&exited, 1, static_cast<int>(kKillPatience.count())) > 0;
  if (dead) ::waitpid(child.pid, nullptr, 0);
  auto message =
      fmt::format("{} {} and {}", quoted(spec.argv.front()), reason(end, spec),
                  dead ? "was killed" : fmt::format("cannot be killed (process {})", child.pid));
  const auto& said = result.err.empty() ? result.out : result.err;
  if (!said.empty() && end == End::late) message += "; its last line: " + quoted(last_line(said));
  return {code_of(end), std::move(message)};
}

}  // namespace

Result<ChildResult> run_child(const ChildSpec& spec) {
  ChildResult result;
  MUSTER_TRY(run_child(spec, result));
  return result;
}

Status run_child(const ChildSpec& spec, ChildResult& result) {
  MUSTER_ASSIGN(Running child, start_child(spec));
  if (const auto end = follow(child, spec, result); end != End::exited)
    return fail(end_by_force(child, end, spec, result));
  int status = 0;
  while (::waitpid(child.pid, &status, 0) < 0)
    if (errno != EINTR)
      return fail(Errc::io, fmt::format("cannot learn how {} ended: {}", quoted(spec.argv.front()),
                                        std::strerror(errno)));
  result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  result.exit_code = result.signal != 0 ? 128 + result.signal : WEXITSTATUS(status);
  return {};
}

}  // namespace muster::base
