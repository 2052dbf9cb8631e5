#include "proto/base/drop_log.hpp"

#include <utility>

#include "proto/base/log.hpp"

namespace muster::base {
namespace {

// Of one sender.
constexpr Throttle::Rate kDropLines{
    .burst = 1, .every = std::chrono::milliseconds(10'000), .names_max = kDropNamesMax};

}  // namespace

DropLog::DropLog(std::string queue) : queue_(std::move(queue)), lines_(clock_, kDropLines) {}

void DropLog::note(const std::string& sender) {
  const std::lock_guard lock(mutex_);
  const bool known = dropped_.size() < kDropNamesMax || dropped_.contains(sender);
  ++dropped_[known ? sender : std::string(Throttle::kOthers)];
  untold_ = true;
}

void DropLog::tell() {
  if (!untold_.exchange(false)) return;
  std::map<std::string, std::uint64_t> telling;
  {
    const std::lock_guard lock(mutex_);
    telling = std::exchange(dropped_, {});
  }
  for (const auto& [sender, count] : telling) {
    if (lines_.pass(sender)) {
      log::warning("more waits to be verified than one sender may have waiting; dropping its",
                   {{"queue", queue_}, {"sender", sender}, {"dropped", std::to_string(count)}});
      continue;
    }
    const std::lock_guard lock(mutex_);
    dropped_[sender] += count;
    untold_ = true;
  }
}

}  // namespace muster::base
