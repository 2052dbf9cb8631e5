#include "proto/base/child_start.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "proto/base/names.hpp"

namespace muster::base {
namespace {

struct Pipe {
  UniqueFd read;
  UniqueFd write;
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
  std::map<std::string, std::string> all;
  if (!spec.environment_alone)
    all = {{"PATH",
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

}  // namespace

Result<Running> start_child(const ChildSpec& spec) {
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

}  // namespace muster::base
