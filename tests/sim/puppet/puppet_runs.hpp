// Puppet runs that nobody makes: jobs that take a while and end with an exit code, in virtual time.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "plugins/api/node.hpp"
#include "proto/loop/timer.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::sim {

// How long runs take, and how they end.
struct RunHabits {
  std::chrono::milliseconds least{10'000};
  std::chrono::milliseconds most{60'000};  // by chance between the two
  int exit_code = 2;                       // changes were made
  double fails = 0;                        // this share of them ends with 6 instead
};

// A machine's spool of jobs: it outlives the agent. On the loop's thread. What it is given must outlive it.
class PuppetRuns final : public plugins::Jobs {
 public:
  // `ended`: a run is over, and counts as such once it is settled (see jobs::SettledJobs).
  PuppetRuns(fakes::VirtualLoop& loop, const RunHabits& habits,
             std::function<void(const std::string& id)> ended)
      : loop_(loop), habits_(habits), ended_(std::move(ended)) {}

  void settle(const std::string& id);

  Result<plugins::JobStatus> start(const plugins::JobSpec& spec) override;
  Result<plugins::JobStatus> status(const std::string& id) const override;
  Result<std::string> output(const std::string& id, std::uint64_t offset,
                             std::size_t max_bytes) const override;
  // Nobody waits in a simulation's thread: the status now.
  Result<plugins::JobStatus> wait(const std::string& id,
                                  std::chrono::steady_clock::time_point deadline) const override;
  Status kill(const std::string& id) override;
  std::vector<plugins::JobStatus> list() const override;

 private:
  struct Run {
    explicit Run(loop::Timers& timers) : end(timers) {}
    plugins::JobStatus job;
    std::string output;
    bool settled = false;
    loop::Timer end;
  };
  plugins::JobStatus seen(const Run& run) const;
  void finish(const std::string& id);

  fakes::VirtualLoop& loop_;
  const RunHabits& habits_;
  const std::function<void(const std::string&)> ended_;
  std::map<std::string, std::unique_ptr<Run>> runs_;  // by id
  std::map<std::string, std::string> by_key_;
};

}  // namespace muster::sim
