// Jobs that change what a node tells of itself: they have ended once that has been looked at.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plugins/api/node.hpp"
#include "proto/base/guarded.hpp"

namespace muster::jobs {

// So long after its end a job runs on at most, whatever becomes of the look: programs of facts have 5 s each.
inline constexpr std::chrono::milliseconds kLookMost{30'000};

// In front of other jobs. One of its kind that has ended is `running` until settle(), so that nobody who asks, or waits,
// begins the next step with facts and classes from before it. All other kinds are as they are. Thread-safe.
class SettledJobs final : public plugins::Jobs {
 public:
  // `jobs` outlives it. Those of the kind that run already count as well.
  SettledJobs(plugins::Jobs& jobs, std::string kind,
              std::chrono::milliseconds look_most = kLookMost);

  // One of any kind is over: true when it is to be settled. Called once a job, by whoever watches them.
  bool ended(const std::string& id);
  void settle(const std::string& id);

  Result<plugins::JobStatus> start(const plugins::JobSpec& spec) override;
  Result<plugins::JobStatus> status(const std::string& id) const override;
  Result<std::string> output(const std::string& id, std::uint64_t offset,
                             std::size_t max_bytes) const override {
    return jobs_.output(id, offset, max_bytes);
  }
  Result<std::string> error_output(const std::string& id, std::uint64_t offset,
                                   std::size_t max_bytes) const override {
    return jobs_.error_output(id, offset, max_bytes);
  }
  Result<plugins::JobStatus> wait(const std::string& id,
                                  std::chrono::steady_clock::time_point deadline) const override;
  Status kill(const std::string& id) override { return jobs_.kill(id); }
  std::vector<plugins::JobStatus> list() const override;

 private:
  using Moment = std::chrono::steady_clock::time_point;

  using Open = std::map<std::string, std::optional<Moment>>;  // when it has ended, if it has

  bool is_open(const Open& open, const std::string& id) const;
  plugins::JobStatus seen(const Open& open, plugins::JobStatus job) const;

  plugins::Jobs& jobs_;
  const std::string kind_;
  const std::chrono::milliseconds look_most_;
  base::Guarded<Open> open_;  // not settled
  mutable std::condition_variable settled_;
};

}  // namespace muster::jobs
