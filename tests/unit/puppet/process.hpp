// Processes beside a test.
#pragma once

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace muster::plugins::puppet {

// Ends with the object.
class Process {
 public:
  explicit Process(std::vector<std::string> words) {
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    if (::posix_spawnp(&pid_, argv.front(), nullptr, nullptr, argv.data(), environ) != 0)
      throw std::runtime_error("cannot start " + words.front());
  }
  ~Process() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = 0;
};

// What Puppet would take for a run of its own, by its name.
inline std::unique_ptr<Process> a_puppet(const std::filesystem::path& folder) {
  std::filesystem::copy_file("/bin/sleep", folder / "puppet");
  return std::make_unique<Process>(std::vector<std::string>{folder / "puppet", "600"});
}

}  // namespace muster::plugins::puppet
