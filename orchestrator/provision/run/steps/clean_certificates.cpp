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
  Value wanted{{"certname", run.node.identity},
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
