// The node agent's jobs: one folder each in a spool on disk.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <set>

#include "node-agent/jobs/job_folder.hpp"
#include "node-agent/jobs/watcher.hpp"
#include "plugins/api/node.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/guarded.hpp"

namespace muster::jobs {

// Of what has finished, the oldest go first once any limit is passed. Running jobs are never
// removed.
struct SpoolLimits {
  std::size_t running = 8;                 // at once; one more is refused with Errc::limit
  std::size_t kept = 64;                   // finished and lost ones
  std::uint64_t bytes = 64 * 1024 * 1024;  // on disk, of all jobs together
  std::chrono::hours age{7 * 24};          // since it was started
};

// Output of one call at most, whatever the caller asks for.
inline constexpr std::size_t kOutputChunkMaxBytes = 512 * 1024;

// Jobs run under a supervisor each (supervisor.hpp) and live on when this object, or the whole
// agent, goes; the next one on the same folder takes them up again. One object for each folder at a
// time. Thread-safe.
class JobSpool final : public plugins::Jobs {
 public:
  struct Options {
    std::filesystem::path folder;  // made with mode 0700
    std::vector<std::string>
        supervisor_argv;  // the job's folder is appended: {"/proc/self/exe", "--job-supervisor"}
    SpoolLimits limits;
    // A job has finished or was lost, also one taken up after a restart. On the watcher's thread;
    // must not destroy this object. One that ended while no agent ran is not told of: list() shows
    // it.
    std::function<void(const std::string& id)> on_finished;
  };

  static Result<std::unique_ptr<JobSpool>> open(Options options, const base::Clock& clock);

  Result<plugins::JobStatus> start(const plugins::JobSpec& spec) override;
  Result<plugins::JobStatus> status(const std::string& id) const override;
  Result<std::string> output(const std::string& id, std::uint64_t offset,
                             std::size_t max_bytes) const override;
  Result<std::string> error_output(const std::string& id, std::uint64_t offset,
                                   std::size_t max_bytes) const override;
  Result<plugins::JobStatus> wait(const std::string& id,
                                  std::chrono::steady_clock::time_point deadline) const override;
  // Ends a running job (SIGTERM to its process group, SIGKILL after kKillGrace) and returns at
  // once.
  Status kill(const std::string& id) override;
  // Oldest first.
  std::vector<plugins::JobStatus> list() const override;

 private:
  JobSpool(Options options, const base::Clock& clock);
  struct State {
    std::map<std::string, std::string> keys;  // of every job that has one, to its id
    std::set<std::string> watched;            // running, as far as we have been told
  };
  void take_up();
  void prune(State& state);
  void ended(const std::string& id);
  Result<JobFolder> find(const std::string& id) const;
  Result<plugins::JobStatus> launch(State& state, const plugins::JobSpec& spec);

  const Options options_;
  const base::Clock& clock_;
  base::Guarded<State> state_;
  mutable std::condition_variable finished_;
  std::unique_ptr<Watcher> watcher_;  // last: its thread calls ended()
};

}  // namespace muster::jobs
