#include "orchestrator/provision/heard_events.hpp"

#include <algorithm>

namespace muster::provision {
namespace {

// No type holds a '/'.
std::string heard_key(const std::string& type, const std::string& identity) {
  return type + "/" + identity;
}

}  // namespace

std::optional<std::int64_t> event_counts_at(std::int64_t told_at_ms, std::int64_t now_ms) {
  if (told_at_ms > now_ms + kEventClockRoom.count()) return std::nullopt;
  return std::min(now_ms, told_at_ms + kEventClockRoom.count());
}

void HeardEvents::heard(const std::string& type, const std::string& identity, std::int64_t at_ms) {
  const auto key = heard_key(type, identity);
  if (!last_.contains(key)) {
    if (in_order_.size() >= kHeardEventsKept) {
      last_.erase(in_order_.front());
      in_order_.pop_front();
    }
    in_order_.push_back(key);
  }
  auto& last = last_[key];
  last = std::max(last, at_ms);  // an old one that comes again hides none
  bells_.ring(key);
}

loop::Task<Status> HeardEvents::wait(std::string type, std::string identity, std::int64_t since_ms,
                                     std::chrono::milliseconds timeout) {
  const auto key = heard_key(type, identity);
  const auto came = [&] {
    const auto at = last_.find(key);
    return at != last_.end() && at->second >= since_ms;
  };
  if (waits_.stopping()) co_return fail(Errc::unavailable, "the orchestrator is stopping");
  const auto& clock = waits_.timers().clock();
  const auto until = clock.steady() + timeout;
  for (auto now = clock.steady(); !came() && now < until; now = clock.steady()) {
    // It may be an old one, that comes again.
    auto ringing = bells_.heard(key, std::chrono::ceil<std::chrono::milliseconds>(until - now));
    const auto woken = co_await ringing;
    if (woken == loop::Woken::stopped)
      co_return fail(Errc::unavailable, "the orchestrator is stopping");
  }
  if (came()) co_return Status{};
  co_return fail(Errc::timeout, "no event '" + type + "' about " + identity);
}

}  // namespace muster::provision
