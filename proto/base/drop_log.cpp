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
  const Locked dropped(dropped_);
  const bool known = dropped->size() < kDropNamesMax || dropped->contains(sender);
  ++(*dropped)[known ? sender : std::string(Throttle::kOthers)];
  untold_ = true;
}

void DropLog::tell() {
  if (!untold_.exchange(false)) return;
  const auto telling = std::exchange(*Locked(dropped_), {});
  for (const auto& [sender, count] : telling) {
    if (lines_.pass(sender)) {
      log::warning("more waits to be verified than one sender may have waiting; dropping its",
                   {{"queue", queue_}, {"sender", sender}, {"dropped", std::to_string(count)}});
      continue;
    }
    const Locked dropped(dropped_);
    (*dropped)[sender] += count;
    untold_ = true;
  }
}

}  // namespace muster::base
