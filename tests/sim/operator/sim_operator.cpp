#include "tests/sim/operator/sim_operator.hpp"

#include <algorithm>
#include <utility>

namespace muster::sim {

using std::chrono::milliseconds;

SimOperator::SimOperator(Surroundings& around, const Site& site, const std::string& name,
                         const Holder& holder, const std::vector<x509::Certificate>& cas)
    : bus_(around, site, name, holder, cas, around.loop),
      waits_(around.loop),
      presences_(bus_, {}),
      calls_(bus_, waits_, false) {}

Cost SimOperator::since(const BusMember::Heard& before,
                        std::chrono::steady_clock::time_point began) const {
  const auto& now = bus_.heard();
  return {.messages = now.messages - before.messages,
          .bytes = now.bytes - before.bytes,
          .took = std::chrono::duration_cast<milliseconds>(bus_.clock().steady() - began)};
}

void SimOperator::find(std::function<void(Cost)> then) {
  const auto began = bus_.clock().steady();
  bus_.open([this, began, then = std::move(then)] {
    auto cost = since({}, began);
    cost.nodes = presences_.names().size();
    then(cost);
  });
}

void SimOperator::ping(milliseconds timeout, std::function<void(Cost)> then) {
  const auto began = bus_.clock().steady();
  pinging_ = calls_.ask_all(presences_.names(), {"rpcutil", "ping", Value::object(), timeout});
  pinging_.start([this, began, before = bus_.heard(), then = std::move(then)] {
    const auto result = pinging_.take().value_or(client::CallResult{});
    auto cost = since(before, began);
    cost.nodes = static_cast<std::size_t>(
        std::count_if(result.results.begin(), result.results.end(),
                      [](const auto& one) { return one.outcome == client::Outcome::ok; }));
    then(cost);
  });
}

}  // namespace muster::sim
