// Puppet runs that nobody makes: jobs that take a while and end with an exit code, on whatever loop a node is driven by.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "plugins/api/node.hpp"
#include "proto/loop/timers.hpp"

namespace muster::played {

inline constexpr std::size_t kRunsKept = 16;  // of one node; the oldest goes first

// How long runs take, and how they end.
struct RunHabits {
  std::chrono::milliseconds least{10'000};
  std::chrono::milliseconds most{60'000};  // by chance between the two
  double fails = 0;  // this share of them, 0 to 1, ends with Puppet's exit code 6 instead of 2
};

// A machine's spool of jobs: it may outlive the agent. On the loop's thread, where nothing may wait: wait() gives
// Errc::timeout for what still runs. start() gives Errc::limit while kRunsKept run.
class Runs final : public plugins::Jobs {
 public:
  using Ended = std::function<void(const std::string& id)>;
  // `luck` gives numbers from 0 up to 1. `ended` hears of a run that is over; to whoever asks it still runs then, until
  // settle() (see jobs::SettledJobs). `timers` must outlive it.
  Runs(loop::Timers& timers, const RunHabits& habits, std::function<double()> luck, Ended ended);
  ~Runs() override;
  Runs(const Runs&) = delete;
  Runs& operator=(const Runs&) = delete;

  // Ids of runs that start from now on are above this: none is that of a run of which nothing is known any more.
  void number_from(std::uint64_t last) { last_ = last; }
  // The node has looked at what the run changed: it has ended.
  void settle(const std::string& id);
  // The agent has gone, and with it whoever would have looked: what is over has ended.
  void settle_all();

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
    int exit_code = 0;  // once it is over
    bool over = false;
    loop::Timers::Id timer = 0;
  };
  Status make_room();
  std::chrono::milliseconds length() const;
  void end(const std::string& id, int exit_code);
  void settle(Run& run) const;

  loop::Timers& timers_;
  const RunHabits habits_;
  const std::function<double()> luck_;
  const Ended ended_;
  std::map<std::string, Run> runs_;  // in the order of their start, which is that of their ids
  std::uint64_t last_ = 0;
};

}  // namespace muster::played
