// How runs ended, and how long their steps took, in a file.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/client/records.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::sqlite {
class DatabaseFile;
}

namespace muster::history {

inline constexpr std::size_t kTidyEvery = 500;  // runs that were put
inline constexpr std::size_t kStepsMax = 128;   // of one run
inline constexpr std::size_t kRunsToldMaxBytes =
    std::size_t{512} << 10U;                        // of one node: a reply has room for no more
inline constexpr std::size_t kReasonsToldMax = 20;  // the most frequent ones

struct HistoryLimits {
  std::chrono::hours keep{90 * 24};  // since a run ended
  std::size_t runs = 100'000;        // the latest ones; a run with twelve steps takes about 1 KiB
};

// Not thread-safe. Every error is Errc::io unless said otherwise.
class HistoryStore {
 public:
  // Errors and corrupt files: see sqlite::DatabaseFile. `clock` must outlive it.
  static Result<std::unique_ptr<HistoryStore>> open(const std::filesystem::path& file,
                                                    HistoryLimits limits, const base::Clock& clock);
  ~HistoryStore();

  // Whether that is how a run ended: finished, failed or cancelled.
  static bool is_end(const client::Record& record);
  // An end, once: the same end of the same run, heard again, changes no run. Of each node the newest is kept whole.
  Status put(const client::Record& record);
  // How the node's last run ended is nobody's word any more; its runs stay.
  Status forget(const std::string& node);
  // How the node's last run ended, without its output; nothing: that is not remembered. It is for longer than the run is.
  Result<std::optional<client::Record>> latest(const std::string& node);
  // Of whom that is remembered; HistoryLimits::runs of them at most.
  Result<std::vector<std::string>> nodes();

  // {"runs": [{"run_id", "state", "workflow", "master", "orchestrator", "attempts", "retries", "started_at_ms", "ended_at_ms",
  // "took_ms", "reason", "steps": [{"name", "state", "took_ms", "tries", "message"}]}]}: of a node, the last first.
  Result<Value> runs_of(const std::string& node, std::size_t most);

  // Of what ended since then, by who ended it: {"ended_by": {orchestrator: {"runs": {state: n}, "whole": TIMES,
  // "steps": {step: {"took": TIMES, "failed": n}}, "masters": {master: {"runs": {state: n}, "whole": TIMES}}, "reasons": {why: n}}}}.
  // TIMES as client::Times; those of whole runs are of finished ones.
  Result<Value> stats(std::int64_t since_ms);

  // Forgets what is too old or too much. At each kTidyEvery runs by itself.
  Status tidy();

 private:
  HistoryStore(std::unique_ptr<sqlite::DatabaseFile> file, HistoryLimits limits,
               const base::Clock& clock);
  std::int64_t oldest_ms() const;

  const std::unique_ptr<sqlite::DatabaseFile> file_;
  const HistoryLimits limits_;
  const base::Clock& clock_;
  std::size_t put_ = 0;  // since it was tidied
};

}  // namespace muster::history
