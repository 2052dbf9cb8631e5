#include "orchestrator/provision/run/tries.hpp"

#include <fmt/format.h>

#include "orchestrator/provision/run/step_table.hpp"
#include "proto/base/backoff.hpp"
#include "proto/base/log.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {
namespace {

loop::Task<Status> try_once(RunState& run, const workflow::Step& step) {
  run.note.clear();
  auto renewed = run.lease.renew();
  MUSTER_CO_TRY(co_await renewed);
  auto done = do_step(run, step);
  co_return co_await done;
}

}  // namespace

loop::Task<Status> try_step(RunState& run, const workflow::Step& step) {
  base::Backoff backoff(step.backoff, step.backoff * 16);
  for (auto tries = run.record.begin_step(step.name).tries;; ++tries) {
    run.record.running().tries = tries;
    auto trying = try_once(run, step);
    const auto done = co_await trying;
    if (done) {
      run.record->finished.insert(step.name);
      run.line.has_news();
      run.record.end_step("done", run.note);
      co_return Status{};
    }
    const auto& error = done.error();
    const bool hopeless = error.code == Errc::refused || error.code == Errc::config;
    run.record.running().message = error.message;
    run.record.publish();
    log::warning("step failed", {{"node", run.node.identity},
                                 {"step", step.name},
                                 {"try", fmt::format("{}/{}", tries, step.tries)},
                                 {"why", error.message}});
    bool again = !hopeless && tries < step.tries;
    if (again) {
      auto slept = run.world.sleep(backoff.next(run.world.random().share()));
      again = co_await slept;
    }
    if (again) continue;
    run.record.end_step("failed", error.message);
    co_return done;
  }
}

}  // namespace muster::provision
