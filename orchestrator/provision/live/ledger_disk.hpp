// The ledger's file, written beside the loop.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "orchestrator/provision/live/ledger_file.hpp"
#include "proto/base/throttle.hpp"
#include "proto/loop/executor.hpp"
#include "proto/loop/task.hpp"
#include "proto/loop/waits.hpp"

namespace muster::provision {

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

 private:
  struct Writing;
  struct Change {
    LedgerRow row;
    bool forget = false;  // then only the row's topic counts
    std::weak_ptr<Writing> writing;
  };
  static Status write(LedgerFile& file, const std::vector<Change>& changes);
  void write_next();
  void written(const std::vector<Change>& changes, const Status& done);

  const std::shared_ptr<LedgerFile> file_;  // with each write: it may outlast this
  loop::Executor& executor_;
  loop::Waits& waits_;
  base::Throttle told_;
  std::vector<Change> waiting_;
  bool is_writing_ = false;
};

}  // namespace muster::provision
