#include "proto/base/child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "proto/base/names.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::base {
namespace {

using Steady = std::chrono::steady_clock;

// SIGKILL ends everything but a process stuck in the kernel (a dead NFS server); that one is left
// behind.
constexpr std::chrono::milliseconds kKillPatience{2'000};

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

struct Running {
  pid_t pid = -1;
  UniqueFd exited;  // pidfd, readable once the child has ended
  UniqueFd out;
  UniqueFd err;
};

tl::unexpected<Error> os_error(int number, std::string_view doing) {
  return fail(Errc::io, fmt::format("cannot {}: {}", doing, std::strerror(number)));
}

Result<Pipe> make_pipe() {
  std::array<int, 2> fds{};
  if (::pipe2(fds.data(), O_CLOEXEC) != 0) return os_error(errno, "make a pipe");
  Pipe pipe{UniqueFd(fds[0]), UniqueFd(fds[1])};
  ::fcntl(pipe.read.get(), F_SETFL, O_NONBLOCK);
  return pipe;
}

// A file in memory, not a pipe: a child that does not read it can neither block nor SIGPIPE us.
Result<UniqueFd> make_input(std::string_view input) {
  UniqueFd fd(input.empty() ? ::open("/dev/null", O_RDONLY | O_CLOEXEC)
                            : ::memfd_create("stdin", MFD_CLOEXEC));
  if (!fd) return os_error(errno, "make the input of a child");
  while (!input.empty()) {
    const auto wrote = ::write(fd.get(), input.data(), input.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return os_error(errno, "write the input of a child");
    input.remove_prefix(static_cast<std::size_t>(wrote));
  }
  ::lseek(fd.get(), 0, SEEK_SET);
  return fd;
}

// The strings and the null-terminated array of pointers to them that exec wants.
class CStrings {
 public:
  explicit CStrings(std::vector<std::string> strings) : strings_(std::move(strings)) {
    for (auto& text : strings_) pointers_.push_back(text.data());
    pointers_.push_back(nullptr);
  }
  CStrings(const CStrings&) = delete;
  CStrings& operator=(const CStrings&) = delete;
  char* const* get() const { return pointers_.data(); }

 private:
  std::vector<std::string> strings_;
  std::vector<char*> pointers_;
};

std::string own_variable(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

std::vector<std::string> environment_of(const ChildSpec& spec) {
  std::map<std::string, std::string> all{
      {"PATH",
       own_variable("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")},
      {"HOME", own_variable("HOME", "/")},
      {"LC_ALL", "C.UTF-8"}};
  for (const auto& [name, value] : spec.environment) all[name] = value;
  std::vector<std::string> lines;
  for (const auto& [name, value] : all) lines.push_back(name + "=" + value);
  return lines;
}

// posix_spawn's two option objects, which must be destroyed.
struct SpawnOptions {
  SpawnOptions() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
  }
  ~SpawnOptions() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
  SpawnOptions(const SpawnOptions&) = delete;
  SpawnOptions& operator=(const SpawnOptions&) = delete;

  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

void connect(SpawnOptions& options, const ChildSpec& spec, int in, int out, int err) {
  ::posix_spawn_file_actions_adddup2(&options.actions, in, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&options.actions, out, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&options.actions, err, STDERR_FILENO);
  ::posix_spawn_file_actions_addclosefrom_np(&options.actions, STDERR_FILENO + 1);
  if (!spec.working_folder.empty())
    ::posix_spawn_file_actions_addchdir_np(&options.actions, spec.working_folder.c_str());

  // A daemon blocks and ignores signals for itself, not for what it starts.
  sigset_t none;
  sigset_t all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::posix_spawnattr_setsigmask(&options.attributes, &none);
  ::posix_spawnattr_setsigdefault(&options.attributes, &all);
  ::posix_spawnattr_setpgroup(&options.attributes, 0);
  ::posix_spawnattr_setflags(
      &options.attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
}

Status check(const ChildSpec& spec) {
  if (spec.argv.empty() || spec.argv.front().empty())
    return fail(Errc::invalid_data, "no program to run was named");
  std::error_code ignored;
  if (!spec.working_folder.empty() && !std::filesystem::is_directory(spec.working_folder, ignored))
    return fail(Errc::not_found,
                fmt::format("cannot run {} in {}: no such folder", quoted(spec.argv.front()),
                            spec.working_folder.string()));
  return {};
}

Result<Running> start(const ChildSpec& spec) {
  MUSTER_TRY(check(spec));
  MUSTER_ASSIGN(const UniqueFd input, make_input(spec.input));
  MUSTER_ASSIGN(Pipe out, make_pipe());
  MUSTER_ASSIGN(Pipe err, make_pipe());
  SpawnOptions options;
  connect(options, spec, input.get(), out.write.get(), err.write.get());
  const CStrings argv(spec.argv);
  const CStrings environment(environment_of(spec));

  Running child;
  const int failed = ::posix_spawnp(&child.pid, spec.argv.front().c_str(), &options.actions,
                                    &options.attributes, argv.get(), environment.get());
  if (failed == ENOENT)
    return fail(Errc::not_found, fmt::format("there is no program {}", quoted(spec.argv.front())));
  if (failed != 0) return os_error(failed, fmt::format("run {}", quoted(spec.argv.front())));

  child.exited = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0)));
  if (!child.exited) {
    auto error = os_error(errno, "watch a child");
    ::kill(-child.pid, SIGKILL);
    ::waitpid(child.pid, nullptr, 0);
    return error;
  }
  child.out = std::move(out.read);
  child.err = std::move(err.read);
  return child;
}

struct Sink {
  UniqueFd& fd;
  std::string& text;
};

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

// True once the child has exited, false at the deadline.
bool follow(Running& child, const ChildSpec& spec, ChildResult& result) {
  const auto deadline = Steady::now() + spec.timeout;
  std::array<Sink, 2> sinks{Sink{child.out, result.out}, Sink{child.err, result.err}};
  for (;;) {
    // poll(2) skips negative descriptors, which closed ones are.
    std::array<pollfd, 3> watched{pollfd{child.exited.get(), POLLIN, 0},
                                  pollfd{child.out.get(), POLLIN, 0},
                                  pollfd{child.err.get(), POLLIN, 0}};
    const int ready = ::poll(watched.data(), watched.size(), milliseconds_until(deadline));
    if (ready > 0 && watched[0].revents != 0) {
      for (auto& sink : sinks) drain(sink, spec, result);
      return true;
    }
    if (Steady::now() >= deadline) return false;
    for (std::size_t i = 0; ready > 0 && i < sinks.size(); ++i)
      if (watched[i + 1].revents != 0) read_some(sinks[i], spec, result);
  }
}

std::string last_line(std::string_view text) {
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  return quoted(text.substr(text.rfind('\n') + 1));
}

Error kill_late(const Running& child, const ChildSpec& spec, const ChildResult& result) {
  // Not reaped yet, so that the number is still the child's.
  ::kill(-child.pid, SIGKILL);
  pollfd exited{child.exited.get(), POLLIN, 0};
  const bool dead = ::poll(&exited, 1, static_cast<int>(kKillPatience.count())) > 0;
  if (dead) ::waitpid(child.pid, nullptr, 0);
  auto message = fmt::format(
      "{} did not end within {} ms and {}", quoted(spec.argv.front()), spec.timeout.count(),
      dead ? "was killed" : fmt::format("cannot be killed (process {})", child.pid));
  const auto& said = result.err.empty() ? result.out : result.err;
  if (!said.empty()) message += "; its last line: " + last_line(said);
  return {Errc::timeout, std::move(message)};
}

}  // namespace

Result<ChildResult> run_child(const ChildSpec& spec) {
  MUSTER_ASSIGN(Running child, start(spec));
  ChildResult result;
  if (!follow(child, spec, result)) return fail(kill_late(child, spec, result));
  int status = 0;
  while (::waitpid(child.pid, &status, 0) < 0)
    if (errno != EINTR) return os_error(errno, "learn how a child ended");
  result.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return result;
}

}  // namespace muster::base
