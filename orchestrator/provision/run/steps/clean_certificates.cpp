#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "orchestrator/provision/run/steps/all_masters.hpp"
#include "orchestrator/provision/run/steps/steps.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {

// Every master that can must confirm. One that is down cannot; it must not stop the fleet from
// growing, nor keep the old certificate: the debt is written to disk and paid when it returns.
loop::Task<Status> clean_certificates(RunState& run, const workflow::Step& step) {
  if (!run.line.is_joining())
    co_return fail(Errc::config,
                   fmt::format("{} is a member by the certificate that this would revoke; the step "
                               "needs 'when: joining'",
                               run.node.identity));
  Value wanted{{"certname", run.node.identity},
               {"asked_at_ms", run.world.unix_ms()},
               {"issued_before_ms", run.lease.middle_ms()},
               {"vacate", true}};
  Question question{"puppetca", "clean", std::move(wanted), step.timeout};
  auto asked = ask_all_masters(run, std::move(question));
  MUSTER_CO_ASSIGN(const auto away, co_await asked);
  // Not what the next orchestrator has had issued, should our lease be over by now.
  const auto owed_before_ms = std::min(run.world.unix_ms(), run.lease.middle_ms());
  for (const auto& master : away) {
    auto owed = run.world.owe_clean(master, run.node.identity, owed_before_ms);
    MUSTER_CO_TRY(co_await owed);
  }
  if (!away.empty()) run.note = fmt::format("down, cleaned when back: {}", fmt::join(away, ", "));
  co_return Status{};
}

}  // namespace muster::provision
