#include "tests/sim/node/slow_executor.hpp"

#include <utility>

namespace muster::sim {
namespace {

constexpr double kSlowShare = 0.25;  // of what is asked of a machine that is slow at times

}  // namespace

std::chrono::milliseconds SlowExecutor::takes() const {
  using std::chrono::milliseconds;
  const auto drawn = [this](milliseconds most) {
    return milliseconds(
        static_cast<std::int64_t>(loop_.share() * static_cast<double>(most.count() + 1)));
  };
  const auto takes = kActionLeast + disk_.slower_by + drawn(kActionMost - kActionLeast);
  const bool is_slow = disk_.uneven_most.count() > 0 && loop_.share() < kSlowShare;
  return is_slow ? takes + drawn(disk_.uneven_most) : takes;
}

Status SlowExecutor::run(Work work) {
  if (*under_way_ >= kActionsMax) return fail(Errc::limit, "as many actions run as may");
  ++*under_way_;
  loop_.after(takes(), [weak = std::weak_ptr(under_way_), work = std::move(work)] {
    const auto alive = weak.lock();
    if (!alive) return;
    --*alive;
    if (const auto then = work()) then();
  });
  return {};
}

}  // namespace muster::sim
