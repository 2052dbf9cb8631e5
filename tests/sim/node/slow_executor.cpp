#include "tests/sim/node/slow_executor.hpp"

#include <utility>

namespace muster::sim {

Status SlowExecutor::run(Work work) {
  if (*under_way_ >= kActionsMax) return fail(Errc::limit, "as many actions run as may");
  ++*under_way_;
  const auto more = loop_.share() * static_cast<double>((kActionMost - kActionLeast).count() + 1);
  loop_.after(
      kActionLeast + slower_by_ + std::chrono::milliseconds(static_cast<std::int64_t>(more)),
      [weak = std::weak_ptr(under_way_), work = std::move(work)] {
        const auto alive = weak.lock();
        if (!alive) return;
        --*alive;
        if (const auto then = work()) then();
      });
  return {};
}

}  // namespace muster::sim
