// A process of the run that is to be there: killed, stopped, and started again, also when it ended by itself, as systemd would.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/integration/cli/process.hpp"

namespace muster::chaos {

// A second after its end it is started again.
inline constexpr std::chrono::seconds kRestartPause{1};

// On one thread.
class Part {
 public:
  Part(std::string name, std::vector<std::string> command, std::filesystem::path log);

  const std::string& name() const { return name_; }
  const std::filesystem::path& log() const { return log_; }
  test::Daemon* process() { return process_.get(); }  // null: it does not run

  void start();
  // SIGTERM, and its end; it is not started again. Killed when it does not end in time.
  void stop();

  // These come in pairs; it is down, or stands still, while one of its kind is not ended.
  void kill();
  void revive();
  void pause();
  void resume();

  // To be called often: starts again what has ended by itself.
  void look();
  std::size_t ends() const { return ends_; }  // by itself

 private:
  const std::string name_;
  const std::vector<std::string> command_;
  const std::filesystem::path log_;
  std::unique_ptr<test::Daemon> process_;
  bool wanted_ = false;
  int killed_ = 0;
  int paused_ = 0;
  std::size_t ends_ = 0;
  std::chrono::steady_clock::time_point again_at_;
};

}  // namespace muster::chaos
