#include "tests/sim/client/sim_driver.hpp"

#include <utility>

namespace muster::sim {

Status SimDriver::run(Work work) {
  return loop_.run([weak = std::weak_ptr(alive_), work = std::move(work)]() -> Then {
    if (weak.expired()) return {};
    auto then = work();
    if (!then) return {};
    return [weak, then = std::move(then)] {
      if (!weak.expired()) then();
    };
  });
}

}  // namespace muster::sim
