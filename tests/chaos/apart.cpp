#include "tests/chaos/apart.hpp"

#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>

namespace muster::chaos {
namespace {

constexpr int kSignalled = 128;

volatile std::sig_atomic_t child = 0;      // for the signal handler
volatile std::sig_atomic_t signalled = 0;  // the signal that ended us

// With process 1 all others of its namespace die.
void on_signal(int number) {
  signalled = number;
  if (child > 0) ::kill(child, SIGKILL);
}

void must(int result, const char* what) {
  if (result != 0) throw std::system_error(errno, std::generic_category(), what);
}

void settle_in() {
  must(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "mounts of our own");
  must(::mount("proc", "/proc", "proc", 0, nullptr), "mount /proc");
  must(::mount("chaos", "/run", "tmpfs", 0, "mode=755"), "mount /run");
  std::filesystem::create_directories("/run/netns");
  std::filesystem::create_directories(kRunFolder);
  must(::setenv("TMPDIR", kRunFolder, 1), "TMPDIR");
}

[[noreturn]] void be_born(const std::function<int()>& life) {
  // What a terminal sends goes to the parent too, who ends us. Not ignored: what we start would ignore it, too.
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) std::signal(number, [](int) {});
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  settle_in();
  std::_Exit(life());
}

}  // namespace

int live_apart(const std::function<int()>& life) {
  must(::unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID), "namespaces of our own");
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) std::signal(number, on_signal);
  const pid_t pid = ::fork();
  if (pid < 0) must(-1, "fork");
  if (pid == 0) be_born(life);
  child = pid;
  if (signalled != 0) ::kill(pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (signalled != 0) return kSignalled + signalled;
  return WIFSIGNALED(status) ? kSignalled + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace muster::chaos
