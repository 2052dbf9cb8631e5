#include "node-agent/jobs/spawn_supervisor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "proto/base/unique_fd.hpp"

namespace muster::jobs {
namespace {

constexpr std::size_t kAnswerMaxBytes = 4096;

// posix_spawn, not fork: the agent has threads, and a fork of it copies their locks.
Result<pid_t> spawn(const std::vector<std::string>& argv, int answer) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, answer, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<char*> words;
  for (const auto& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  pid_t pid = 0;
  const int number = ::posix_spawn(&pid, words[0], &actions, &attributes, words.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (number != 0)
    return fail(Errc::io, fmt::format("cannot start the job supervisor {}: {}", argv[0],
                                      std::strerror(number)));
  return pid;
}

// What it says until it closes the pipe.
Result<std::string> read_answer(int fd) {
  const auto deadline = std::chrono::steady_clock::now() + kStartPatience;
  std::string answer;
  while (answer.size() < kAnswerMaxBytes) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0)
      return fail(Errc::timeout, fmt::format("the job supervisor did not answer within {} s",
                                             kStartPatience.count()));
    pollfd waiting{fd, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) continue;
    char chunk[512];
    const auto got = ::read(fd, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    answer.append(chunk, static_cast<std::size_t>(got));
  }
  return answer;
}

}  // namespace

Result<pid_t> spawn_supervisor(const std::vector<std::string>& argv) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return fail(Errc::io, fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  const base::UniqueFd read_end(ends[0]);
  base::UniqueFd write_end(ends[1]);
  MUSTER_ASSIGN(const pid_t pid, spawn(argv, write_end.get()));
  write_end.reset();
  const auto answer = read_answer(read_end.get());
  if (answer && *answer == "ok") return pid;
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  if (!answer) return fail(answer.error());
  return fail(Errc::aborted, answer->empty() ? "the job supervisor ended without a word" : *answer);
}

}  // namespace muster::jobs
