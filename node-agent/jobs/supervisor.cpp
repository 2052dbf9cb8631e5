#include "node-agent/jobs/supervisor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

#include "node-agent/jobs/job_folder.hpp"
#include "node-agent/jobs/output_file.hpp"
#include "node-agent/jobs/pidfd.hpp"
#include "node-agent/jobs/process_id.hpp"
#include "node-agent/jobs/spawn_supervisor.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::jobs {
namespace {

using Steady = std::chrono::steady_clock;

static_assert(kBeginPatience < kStartPatience);

constexpr int kCannotExecute = 127;  // as a shell says it
constexpr char kDefaultPath[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

tl::unexpected<Error> os_error(std::string_view doing) {
  return fail(Errc::io, fmt::format("cannot {}: {}", doing, std::strerror(errno)));
}

struct Pipe {
  base::UniqueFd read;
  base::UniqueFd write;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return os_error("make a pipe");
  return Pipe{base::UniqueFd(ends[0]), base::UniqueFd(ends[1])};
}

// Tells the agent, who waits for one line on our stdout, then gives the pipe up.
void report(std::string_view line) {
  const auto ignored = ::write(STDOUT_FILENO, line.data(), line.size());
  static_cast<void>(ignored);  // an agent that has died meanwhile needs no answer
  const base::UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  ::dup2(null.get(), STDOUT_FILENO);
}

// In the new process.
[[noreturn]] void give_up(int failed) {
  const int number = errno;
  const auto ignored = ::write(failed, &number, sizeof number);
  static_cast<void>(ignored);
  ::_exit(kCannotExecute);
}

// In the new process: a job that never began must not begin later, with nobody to watch it.
void die_with(pid_t supervisor) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != supervisor) ::_exit(kCannotExecute);  // it died before we asked
}

// In the new process: becomes the job, or writes errno to `failed`.
[[noreturn]] void become(const plugins::JobSpec& job, pid_t supervisor, int output, int errors,
                         int failed) {
  die_with(supervisor);
  ::setpgid(0, 0);
  ::umask(022);  // the agent's own is stricter than what a configuration run expects
  if (::chdir(job.working_folder.c_str()) != 0) give_up(failed);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGHUP, SIG_DFL);
  ::signal(SIGPIPE, SIG_DFL);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(errors, STDERR_FILENO);
  ::clearenv();
  ::setenv("PATH", kDefaultPath, 1);
  ::setenv("LC_ALL", "C.UTF-8", 1);
  ::setenv("HOME", "/root", 1);
  for (const auto& [name, value] : job.environment) ::setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> argv;
  for (const auto& word : job.argv) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  ::prctl(PR_SET_PDEATHSIG, 0);  // exec would keep it; what runs is never ended half-way
  ::execvp(argv[0], argv.data());
  give_up(failed);
}

// An Error unless the program runs.
Status await_begin(const plugins::JobSpec& job, int failed) {
  const auto what = fmt::format("cannot run '{}' in {}", job.argv[0], job.working_folder.string());
  pollfd waiting{failed, POLLIN, 0};
  if (::poll(&waiting, 1, static_cast<int>(std::chrono::milliseconds(kBeginPatience).count())) == 0)
    return fail(Errc::timeout, fmt::format("{}: it did not begin within {} s; see whether the file "
                                           "systems of both answer",
                                           what, kBeginPatience.count()));
  int number = 0;
  if (::read(failed, &number, sizeof number) != sizeof number) return {};
  return fail(number == ENOENT ? Errc::not_found : Errc::io,
              fmt::format("{}: {}", what, std::strerror(number)));
}

struct Started {
  pid_t pid = 0;
  base::UniqueFd process;
  base::UniqueFd output;
  base::UniqueFd errors;  // empty unless the job splits its output
};

Result<Started> start_job(const plugins::JobSpec& job) {
  MUSTER_ASSIGN(auto output, make_pipe());
  Pipe errors;
  if (job.split_output) {
    MUSTER_ASSIGN(errors, make_pipe());
  }
  MUSTER_ASSIGN(auto failed, make_pipe());
  const int into = job.split_output ? errors.write.get() : output.write.get();
  const pid_t supervisor = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return os_error("fork");
  if (pid == 0) become(job, supervisor, output.write.get(), into, failed.write.get());
  ::setpgid(pid, pid);  // whoever of the two comes first; the other's call does nothing
  failed.write.reset();
  if (auto begun = await_begin(job, failed.read.get()); !begun) {
    // What hangs dies when its file system comes back; we do not wait for that.
    ::kill(-pid, SIGKILL);
    ::waitpid(pid, nullptr, begun.error().code == Errc::timeout ? WNOHANG : 0);
    return fail(std::move(begun).error());
  }
  for (const auto* pipe : {&output, &errors})
    if (pipe->read) ::fcntl(pipe->read.get(), F_SETFL, O_NONBLOCK);
  base::UniqueFd process(::pidfd_open(pid, 0));
  if (!process) return os_error("watch the job");
  return Started{pid, std::move(process), std::move(output.read), std::move(errors.read)};
}

// One of the job's pipes, and the file it goes to.
struct Stream {
  base::UniqueFd pipe;  // empty once it has come to its end
  OutputFile file;

  void take() {
    char chunk[16384];
    const auto got = ::read(pipe.get(), chunk, sizeof chunk);
    if (got == 0) pipe.reset();
    // A full disk loses output; reading on keeps the job from blocking on its pipe.
    if (got > 0) static_cast<void>(file.append({chunk, static_cast<std::size_t>(got)}));
  }
};

// One job from its start to its exit code.
class Supervision {
 public:
  Supervision(pid_t pid, base::UniqueFd process, std::vector<Stream> streams,
              base::UniqueFd signals, std::chrono::seconds timeout)
      : pid_(pid),
        process_(std::move(process)),
        streams_(std::move(streams)),
        signals_(std::move(signals)),
        deadline_(Steady::now() + timeout) {}

  int run() {
    while (!ended_) step();
    const auto patience_ends = Steady::now() + kDrainPatience;
    while (take_output(patience_ends)) continue;
    // Full disk or not, the exit code must still be told.
    for (auto& stream : streams_) static_cast<void>(stream.file.finish());
    return exit_code_;
  }

 private:
  void step() {
    // poll(2) skips negative descriptors, which closed ones are.
    std::vector<pollfd> fds{{process_.get(), POLLIN, 0}, {signals_.get(), POLLIN, 0}};
    for (const auto& stream : streams_) fds.push_back({stream.pipe.get(), POLLIN, 0});
    if (::poll(fds.data(), fds.size(), wait_ms()) < 0 && errno != EINTR) return;
    for (std::size_t i = 0; i < streams_.size(); ++i)
      if (fds[i + 2].revents != 0) streams_[i].take();
    if (fds[1].revents != 0) {
      signalfd_siginfo info;
      if (::read(signals_.get(), &info, sizeof info) > 0) end_early(std::nullopt);
    }
    if (fds[0].revents != 0) return reap();
    if (Steady::now() < deadline_) return;
    if (ending_)
      kill_group(SIGKILL);
    else
      end_early(kTimeoutExitCode);
    deadline_ = Steady::now() + kKillGrace;
  }

  int wait_ms() const {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Steady::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
  }

  // SIGTERM now, SIGKILL after the grace.
  void end_early(std::optional<int> exit_code) {
    if (ending_) return;
    ending_ = true;
    forced_code_ = exit_code;
    kill_group(SIGTERM);
    deadline_ = Steady::now() + kKillGrace;
  }

  void kill_group(int signal) const { ::kill(-pid_, signal); }

  void reap() {
    // What shares its group must not outlive a job that was told to end.
    if (ending_) kill_group(SIGKILL);
    int status = 0;
    if (::waitpid(pid_, &status, 0) != pid_) return;
    ended_ = true;
    exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    if (forced_code_) exit_code_ = *forced_code_;
  }

  // What comes until then; false once nothing more will.
  bool take_output(Steady::time_point until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Steady::now()).count();
    std::vector<pollfd> fds;
    for (const auto& stream : streams_) fds.push_back({stream.pipe.get(), POLLIN, 0});
    const bool open = std::any_of(streams_.begin(), streams_.end(),
                                  [](const Stream& stream) { return bool(stream.pipe); });
    if (!open || left <= 0 || ::poll(fds.data(), fds.size(), static_cast<int>(left)) <= 0)
      return false;
    for (std::size_t i = 0; i < streams_.size(); ++i)
      if (fds[i].revents != 0) streams_[i].take();
    return true;
  }

  pid_t pid_;
  base::UniqueFd process_;  // readable once it has ended
  std::vector<Stream> streams_;
  base::UniqueFd signals_;
  Steady::time_point deadline_;  // of the job; once it is ending, of the next SIGKILL
  std::optional<int> forced_code_;
  bool ending_ = false;
  bool ended_ = false;
  int exit_code_ = 0;
};

Result<base::UniqueFd> catch_signals() {
  ::signal(SIGHUP, SIG_IGN);
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t ending;
  sigemptyset(&ending);
  for (const int signal : {SIGTERM, SIGINT}) sigaddset(&ending, signal);
  ::sigprocmask(SIG_BLOCK, &ending, nullptr);
  base::UniqueFd fd(::signalfd(-1, &ending, SFD_CLOEXEC));
  if (!fd) return os_error("catch signals");
  return fd;
}

Result<Supervision> begin(const JobFolder& folder) {
  MUSTER_ASSIGN(const auto spec, folder.read_spec());
  MUSTER_ASSIGN(auto signals, catch_signals());
  MUSTER_ASSIGN(const auto self, identify(::getpid()));
  MUSTER_TRY(folder.write_supervisor(self));
  std::vector<OutputFile> files;
  MUSTER_ASSIGN(auto output, OutputFile::create(folder.output_path()));
  files.push_back(std::move(output));
  if (spec.job.split_output) {
    MUSTER_ASSIGN(auto errors, OutputFile::create(folder.errors_path()));
    files.push_back(std::move(errors));
  }
  MUSTER_ASSIGN(auto started, start_job(spec.job));
  std::vector<Stream> streams;
  streams.push_back({std::move(started.output), std::move(files.front())});
  if (started.errors) streams.push_back({std::move(started.errors), std::move(files.back())});
  return Supervision(started.pid, std::move(started.process), std::move(streams),
                     std::move(signals), spec.job.timeout);
}

}  // namespace

int run_job_supervisor(const std::filesystem::path& path) {
  const JobFolder folder(path);
  auto supervision = begin(folder);
  if (!supervision) {
    report(supervision.error().message);
    return EXIT_FAILURE;
  }
  report("ok");
  JobExit exit;
  exit.code = supervision->run();
  exit.finished_at_ms = base::SystemClock().unix_ms();
  return folder.write_exit(exit) ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace muster::jobs
