// Puppet runs that are none: each takes so long and ends so, and no process is started.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "plugins/api/node.hpp"
#include "proto/loop/timers.hpp"

namespace muster::swarm {

inline constexpr std::size_t kRunsKept = 16;  // of one node; the oldest goes first

struct RunPlan {
  std::chrono::milliseconds length{3'000};
  double fail_share = 0;  // of runs that end with Puppet's exit code 1 instead of 2
};

// Of one node; on the loop's thread, where nothing may wait: wait() gives Errc::timeout for what still runs.
class FakeRuns final : public plugins::Jobs {
 public:
  // `luck` gives a number from 0 up to 1 for each run, which it counts from 1. `on_end` hears of a run that is over; to
  // whoever asks it still runs then, until settle(). `timers` must outlive it.
  FakeRuns(loop::Timers& timers, RunPlan plan, std::function<double(std::uint64_t number)> luck,
           std::function<void(const std::string& id)> on_end);
  ~FakeRuns() override;
  FakeRuns(const FakeRuns&) = delete;
  FakeRuns& operator=(const FakeRuns&) = delete;

  // The node has looked at what the run changed: it has ended.
  void settle(const std::string& id);

  Result<plugins::JobStatus> start(const plugins::JobSpec& spec) override;
  Result<plugins::JobStatus> status(const std::string& id) const override;
  Result<std::string> output(const std::string& id, std::uint64_t offset,
                             std::size_t max_bytes) const override;
  Result<plugins::JobStatus> wait(const std::string& id,
                                  std::chrono::steady_clock::time_point deadline) const override;
  Status kill(const std::string& id) override;
  std::vector<plugins::JobStatus> list() const override;

 private:
  struct Run {
    plugins::JobStatus status;
    std::string key;
    int exit_code = 0;  // when it has ended
    bool over = false;
    loop::Timers::Id timer = 0;
  };
  void end(const std::string& id, int exit_code);

  loop::Timers& timers_;
  const RunPlan plan_;
  const std::function<double(std::uint64_t)> luck_;
  const std::function<void(const std::string&)> on_end_;
  std::map<std::string, Run> runs_;  // in the order of their start, which is that of their ids
  std::uint64_t last_ = 0;
};

}  // namespace muster::swarm
