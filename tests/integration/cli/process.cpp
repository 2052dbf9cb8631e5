#include "tests/integration/cli/process.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <sstream>
#include <stdexcept>

#include "proto/base/child.hpp"
#include "proto/base/files.hpp"

namespace muster::test {
namespace {

// Only calls that are safe after fork(2) in a threaded program.
[[noreturn]] void become(char* const* argv, const char* output, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  const int out = ::open(output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const int in = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  ::execv(argv[0], argv);
  ::_exit(127);
}

}  // namespace

Value Finished::json() const {
  auto document = Value::parse(out, nullptr, false);
  EXPECT_FALSE(document.is_discarded()) << "not one JSON document:\n" << out << err;
  return document;
}

std::vector<std::string> Finished::lines() const {
  std::istringstream text(out);
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

Finished run(const std::vector<std::string>& argv,
             const std::map<std::string, std::string>& environment) {
  base::ChildSpec spec;
  spec.argv = argv;
  spec.environment = environment;
  spec.timeout = kRunLimit;
  const auto start = std::chrono::steady_clock::now();
  auto done = base::run_child(spec);
  if (!done) throw std::runtime_error(argv.front() + ": " + done.error().message);
  const auto took = std::chrono::steady_clock::now() - start;
  return {done->exit_code, std::move(done->out), std::move(done->err),
          std::chrono::duration_cast<std::chrono::milliseconds>(took)};
}

Daemon::Daemon(std::vector<std::string> argv, std::filesystem::path output)
    : output_(std::move(output)) {
  std::vector<char*> words;
  for (auto& word : argv) words.push_back(word.data());
  words.push_back(nullptr);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("cannot fork");
  if (pid_ == 0) become(words.data(), output_.c_str(), parent);
}

Daemon::~Daemon() {
  signal(SIGKILL);
  wait();
}

void Daemon::signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

void Daemon::pause() const {
  signal(SIGSTOP);
  siginfo_t stopped{};
  ::waitid(P_PID, static_cast<id_t>(pid_), &stopped, WSTOPPED);
}

void Daemon::resume() const {
  signal(SIGCONT);
}

std::optional<int> Daemon::wait(std::chrono::milliseconds patience) {
  const auto ended = [this] {
    int status = 0;
    if (pid_ <= 0) return true;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return false;
    pid_ = -1;
    code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return true;
  };
  if (!fakes::wait_until(ended, patience)) return std::nullopt;
  return code_;
}

std::string Daemon::output() const {
  return base::read_file(output_).value_or("");
}

bool Daemon::says(const std::string& text, std::size_t offset) const {
  return fakes::wait_until([&] { return output().find(text, offset) != std::string::npos; });
}

}  // namespace muster::test
