#include "orchestrator/provision/run/failed_step.hpp"

#include <fmt/format.h>

#include <utility>

#include "orchestrator/provision/run/tries.hpp"
#include "orchestrator/provision/run/wanted.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {
namespace {

using workflow::OnFailure;

// All of them, whatever becomes of each: one undoes nothing of another. They are finished with no attempt, so the next one
// that fails does them again.
loop::Task<std::string> compensate(RunState& run, const workflow::Step& step) {
  std::string said;
  for (const auto& each : step.compensation) {
    if (what_forbids(run, each) != nullptr) continue;
    auto trying = try_step(run, each);
    const auto done = co_await trying;
    run.record->finished.erase(each.name);
    said += done ? fmt::format("; {} was done", each.name)
                 : fmt::format("; {} failed: {}", each.name, done.error().message);
  }
  run.record->step = step.name;
  co_return said;
}

}  // namespace

loop::Task<Status> after_failure(RunState& run, const workflow::Step& step, Error error) {
  const bool skips = step.on_failure == OnFailure::skip;
  const bool acts = skips || step.on_failure == OnFailure::compensate;
  if (!acts || error.code == Errc::unavailable) co_return fail(std::move(error));
  auto asked = run.lease.confirm();
  MUSTER_CO_TRY(co_await asked);
  if (skips) {
    run.record.end_step(step.name, "skipped", "failed: " + error.message);
    co_return Status{};
  }
  auto compensating = compensate(run, step);
  error.message += co_await compensating;
  co_return fail(std::move(error));
}

}  // namespace muster::provision
