// Programs as a user runs them: for once, or in the background.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/value.hpp"
#include "tests/support/fakes/wait_until.hpp"

namespace muster::test {

inline constexpr std::chrono::seconds kRunLimit{40};  // longer is a hang

struct Finished {
  int exit_code = -1;
  std::string out;
  std::string err;
  std::chrono::milliseconds took{0};

  // stdout as the one document that it must be; fails the test otherwise.
  Value json() const;
  std::vector<std::string> lines() const;  // of stdout
};

// Ends the test by an exception when the program is not there or hangs.
Finished run(const std::vector<std::string>& argv,
             const std::map<std::string, std::string>& environment = {});

// In the background, its output appended to a file. Killed with the object, and when the test program dies.
class Daemon {
 public:
  Daemon(std::vector<std::string> argv, std::filesystem::path output);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  pid_t pid() const { return pid_; }
  void signal(int number) const;
  void pause() const;  // returns once it stands still
  void resume() const;
  // The exit code, 128+N after signal N; nothing while it still runs after `patience`.
  std::optional<int> wait(std::chrono::milliseconds patience = fakes::kPatience);
  bool running() { return !wait(std::chrono::milliseconds(0)); }
  std::string output() const;
  // Waits for the text among what was written from `offset` on.
  [[nodiscard]] bool says(const std::string& text, std::size_t offset = 0) const;

 private:
  const std::filesystem::path output_;
  pid_t pid_ = -1;
  int code_ = -1;
};

}  // namespace muster::test
