// The ledger's file, written beside the loop.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/provision/live/ledger_file.hpp"
#include "proto/base/throttle.hpp"
#include "proto/loop/executor.hpp"
#include "proto/loop/task.hpp"
#include "proto/loop/timer.hpp"
#include "proto/loop/waits.hpp"

namespace muster::provision {

// How long after a write we look for ourselves whether it is done: the loop may have had no room for its word.
inline constexpr std::chrono::seconds kWriteLookedAtEvery{10};

// On the loop's thread; what it is given must outlive it. Whatever comes while the disk is busy is written together with the
// next write: a thousand machines that join at once wait for a few of them, not for a thousand.
class LedgerDisk {
 public:
  // `file` is written on the executor alone.
  LedgerDisk(std::shared_ptr<LedgerFile> file, loop::Executor& executor, loop::Waits& waits);

  // Ends when it is on disk. A failure is logged, at a limited rate.
  loop::Task<Status> keep(LedgerRow row);
  // After all that was to be kept before.
  void forget(std::string topic);

  // Nothing is being written, nor waits for it.
  bool idle() const { return !batch_ && waiting_.empty(); }
  // Called whenever that may have become so.
  void on_end(std::function<void()> handler) { on_end_ = std::move(handler); }

 private:
  struct Writing;
  struct Change {
    LedgerRow row;
    bool forget = false;  // then only the row's topic counts
    std::weak_ptr<Writing> writing;
  };
  // What is written at once.
  struct Batch;
  static Status write(LedgerFile& file, const std::vector<Change>& changes);
  void write_next();
  void look();
  void written(const std::shared_ptr<Batch>& batch, const Status& done);

  const std::shared_ptr<LedgerFile> file_;  // with each write: it may outlast this
  loop::Executor& executor_;
  loop::Waits& waits_;
  base::Throttle told_;
  std::deque<Change> waiting_;
  std::shared_ptr<Batch> batch_;  // being written; null: none
  loop::Timer look_due_;
  std::function<void()> on_end_;
};

}  // namespace muster::provision
