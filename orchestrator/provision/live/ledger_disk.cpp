#include "orchestrator/provision/live/ledger_disk.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "proto/base/guarded.hpp"
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

struct LedgerDisk::Batch {
  std::vector<Change> changes;
  base::Guarded<std::optional<Status>> done;  // set by who writes
};

LedgerDisk::LedgerDisk(std::shared_ptr<LedgerFile> file, loop::Executor& executor,
                       loop::Waits& waits)
    : file_(std::move(file)),
      executor_(executor),
      waits_(waits),
      told_(waits.timers().clock(), kUnwrittenToldEvery),
      look_due_(waits.timers()) {}

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
  if (batch_ || waiting_.empty()) return;
  const auto last =
      waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kLedgerFileBatch));
  const auto batch = std::make_shared<Batch>();
  batch->changes.assign(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(last));
  waiting_.erase(waiting_.begin(), last);
  batch_ = batch;
  const auto taken = executor_.run([this, file = file_, batch]() -> loop::Executor::Then {
    const auto done = write(*file, batch->changes);
    batch->done.with_lock([&](auto& told) { told = done; });
    return [this, batch, done] { written(batch, done); };
  });
  if (!taken) return written(batch, taken);
  look_due_.set(kWriteLookedAtEvery, [this] { look(); });
}

void LedgerDisk::look() {
  if (const auto done = batch_->done.with_lock([](const auto& told) { return told; }))
    written(batch_, *done);
  else
    look_due_.set(kWriteLookedAtEvery, [this] { look(); });
}

// Its word may come after we have looked for ourselves.
void LedgerDisk::written(const std::shared_ptr<Batch>& batch, const Status& done) {
  if (batch != batch_) return;
  const auto ended = std::exchange(batch_, nullptr);
  look_due_.stop();
  if (!done && told_.pass())
    log::error(
        "uses of join tokens cannot be written down; were the broker to lose them while no "
        "orchestrator runs, spent tokens would be good again",
        {{"why", done.error().message}});
  for (const auto& change : ended->changes)
    if (const auto writing = change.writing.lock()) {
      writing->done = done;
      writing->wait.tell();
    }
  write_next();
  if (idle() && on_end_) on_end_();
}

}  // namespace muster::provision
