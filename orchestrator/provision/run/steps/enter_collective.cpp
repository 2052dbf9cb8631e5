#include "orchestrator/provision/run/steps/steps.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {

loop::Task<Status> enter_collective(RunState& run, const workflow::Step& step) {
  if (!run.line.is_joining()) co_return Status{};
  auto told = run.line.ask("provision", "enter_collective", Value::object(), step.timeout);
  MUSTER_CO_ASSIGN(const Value reply, co_await told);
  auto came = run.world.wait_member(run.node.identity, step.timeout);
  const auto arrived = co_await came;
  if (!arrived && arrived.error().code == Errc::timeout) {
    auto looking = run.line.answers();
    const bool stayed = co_await looking;
    co_return fail(stayed ? Errc::timeout : Errc::unavailable, arrived.error().message);
  }
  if (!arrived) co_return arrived;
  run.line.joined();
  co_return Status{};
}

}  // namespace muster::provision
