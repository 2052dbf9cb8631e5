#include "orchestrator/provision/run/tries.hpp"

#include <fmt/format.h>

#include <chrono>

#include "orchestrator/provision/run/step_table.hpp"
#include "proto/base/backoff.hpp"
#include "proto/base/log.hpp"
#include "proto/loop/attempt.hpp"
#include "proto/loop/beside.hpp"

namespace muster::provision {
namespace {

// While a node is away nobody can claim it, so that it keeps its lease.
Lease::Silence silence_of(const workflow::Step& step) {
  return workflow::kind_of(step.kind).node_is_away ? Lease::Silence::is_expected
                                                   : Lease::Silence::ends_it;
}

loop::Task<Status> try_once(RunState& run, const workflow::Step& step) {
  run.note.clear();
  auto renewed = run.lease.renew(silence_of(step));
  MUSTER_CO_TRY(co_await renewed);
  auto done = loop::beside(do_step(run, step), run.lease.keep(silence_of(step)));
  co_return co_await done;
}

loop::Task<Status> pause_for(RunState& run, std::chrono::milliseconds time) {
  auto slept = run.world.sleep(time);
  const bool goes_on = co_await slept;
  if (!goes_on) co_return fail(Errc::unavailable, "the orchestrator is stopping");
  co_return Status{};
}

}  // namespace

loop::Task<Status> try_step(RunState& run, const workflow::Step& step) {
  base::Backoff backoff(step.backoff, step.backoff * 16);
  for (auto tries = run.record.begin_step(step.name).tries;; ++tries) {
    run.record.line_of(step.name).tries = tries;
    auto trying = try_once(run, step);
    const auto done = co_await trying;
    if (done) {
      run.record->finished.insert(step.name);
      run.line.has_news();
      if (step.is_beside_others())
        run.record.end_step(step.name, "done", "");
      else
        run.record.close_step(step.name, "done", run.note);
      co_return Status{};
    }
    const auto& error = done.error();
    const bool hopeless =
        error.code == Errc::refused || error.code == Errc::config || run.lease.is_lost();
    run.record.line_of(step.name).message = error.message;
    run.record.publish();
    log::warning("step failed", {{"node", run.node.identity},
                                 {"step", step.name},
                                 {"try", fmt::format("{}/{}", tries, step.tries)},
                                 {"why", error.message}});
    bool again = !hopeless && tries < step.tries;
    if (again) {
      auto slept = loop::beside(pause_for(run, backoff.next(run.world.random().share())),
                                run.lease.keep(silence_of(step)));
      const auto goes_on = co_await slept;
      again = goes_on.has_value();
    }
    if (again) continue;
    run.record.end_step(step.name, "failed", error.message);
    co_return done;
  }
}

}  // namespace muster::provision
