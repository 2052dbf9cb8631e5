#include "orchestrator/provision/live/ledger_disk.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "proto/base/log.hpp"
#include "proto/loop/elsewhere.hpp"

namespace muster::provision {
namespace {

constexpr base::Throttle::Rate kUnwrittenToldEvery{
    .burst = 1, .every = std::chrono::milliseconds(60'000), .names_max = 1};

}  // namespace

// Held by who waits; what is written for nobody any more is written all the same.
struct LedgerDisk::Writing {
  explicit Writing(loop::Waits& waits) : wait(waits, loop::Wait::Stops::no) {}
  loop::Wait wait;
  std::optional<Status> done;
};

LedgerDisk::LedgerDisk(std::shared_ptr<LedgerFile> file, loop::Executor& executor,
                       loop::Waits& waits)
    : file_(std::move(file)),
      executor_(executor),
      waits_(waits),
      told_(waits.timers().clock(), kUnwrittenToldEvery) {}

loop::Task<Status> LedgerDisk::keep(LedgerRow row) {
  const auto writing = std::make_shared<Writing>(waits_);
  waiting_.push_back({std::move(row), false, writing});
  write_next();
  co_await writing->wait.until(loop::kWorkPatience);
  if (!writing->done) co_return fail(Errc::timeout, "the ledger's file is not written in time");
  co_return std::move(*writing->done);
}

void LedgerDisk::forget(std::string topic) {
  waiting_.push_back({{std::move(topic), "", LedgerRow::kForEver}, true, {}});
  write_next();
}

// What is kept in a row is one transaction.
Status LedgerDisk::write(LedgerFile& file, const std::vector<Change>& changes) {
  std::vector<LedgerRow> rows;
  for (const auto& change : changes) {
    if (!change.forget) {
      rows.push_back(change.row);
      continue;
    }
    MUSTER_TRY(file.keep(std::exchange(rows, {})));
    MUSTER_TRY(file.forget(change.row.topic));
  }
  return file.keep(rows);
}

void LedgerDisk::write_next() {
  if (is_writing_ || waiting_.empty()) return;
  const auto last =
      waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kLedgerFileBatch));
  const auto changes = std::make_shared<const std::vector<Change>>(
      std::make_move_iterator(waiting_.begin()), std::make_move_iterator(last));
  waiting_.erase(waiting_.begin(), last);
  is_writing_ = true;
  const auto taken = executor_.run([this, file = file_, changes]() -> loop::Executor::Then {
    const auto done = write(*file, *changes);
    return [this, changes, done] { written(*changes, done); };
  });
  if (!taken) written(*changes, taken);
}

void LedgerDisk::written(const std::vector<Change>& changes, const Status& done) {
  is_writing_ = false;
  if (!done && told_.pass())
    log::error(
        "uses of join tokens cannot be written down; were the broker to lose them while no "
        "orchestrator runs, spent tokens would be good again",
        {{"why", done.error().message}});
  for (const auto& change : changes)
    if (const auto writing = change.writing.lock()) {
      writing->done = done;
      writing->wait.tell();
    }
  write_next();
}

}  // namespace muster::provision
