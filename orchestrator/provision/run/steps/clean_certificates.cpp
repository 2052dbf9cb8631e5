#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/client/reply_fields.hpp"
#include "orchestrator/provision/run/steps/all_masters.hpp"
#include "orchestrator/provision/run/steps/steps.hpp"
#include "proto/base/log.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {
namespace {

using Notes = std::vector<std::string>;  // of the step's line

// Two certificates of a name must never be taken for one that is clean, as when a clock was set. That a CA keeps a name which it may
// not issue is no such certificate, for nobody believes it: a master that is stolen must not stop all joins by a word.
Status nothing_was_kept(const RunState& run, const MastersSaid& said, Notes& notes) {
  for (const auto& [master, reply] : said.done) {
    const auto kept = client::text_at(reply, "kept");
    if (kept.empty()) continue;
    if (said.issuers.contains(master))
      return fail(
          Errc::aborted,
          fmt::format("{} is {} at {} since the time that was given, and {} keeps that: another "
                      "orchestrator has given out the name since, or the clocks differ",
                      run.node.identity, kept, master, master));
    log::warning("a master keeps a name that its CA may not issue; nobody believes it",
                 {{"master", master}, {"node", run.node.identity}, {"kept", kept}});
    notes.push_back(fmt::format("{} keeps it ({}), and may not issue it", master, kept));
  }
  return {};
}

}  // namespace

// What is signed after this must outlive what was asked of masters under the lease that ours has replaced: it is waited for.
//
// One that is down or sick cannot clean; it must not stop the fleet from growing, nor keep the old certificate: the debt is written
// down (DebtKeeper) and paid when it returns.
loop::Task<Status> clean_certificates(RunState& run, const workflow::Step& step) {
  if (!run.line.is_joining() && !run.workflow.leaves())
    co_return fail(Errc::config,
                   fmt::format("{} is a member by the certificate that this would revoke; the step "
                               "needs 'when: joining'",
                               run.node.identity));
  if (const auto lasts = run.lease.replaced_lasts(); lasts.count() > 0) {
    auto waiting = run.world.sleep(lasts);
    if (!co_await waiting) co_return fail(Errc::unavailable, "the orchestrator is stopping");
  }
  Value wanted{{"certname", run.node.identity},
               {"asked_at_ms", run.world.unix_ms()},
               {"issued_before_ms", run.lease.middle_ms()},
               {"vacate", true}};
  Question question{"puppetca", "clean", std::move(wanted), step.timeout};
  auto asked = ask_all_masters(run, std::move(question));
  MUSTER_CO_ASSIGN(const auto said, co_await asked);
  Notes notes;
  MUSTER_CO_TRY(nothing_was_kept(run, said, notes));
  // Not what the next orchestrator has had issued, should our lease be over by now.
  const auto owed_before_ms = std::min(run.world.unix_ms(), run.lease.middle_ms());
  for (const auto& [master, why] : said.left_out) {
    auto owed = run.world.owe_clean(master, run.node.identity, owed_before_ms);
    MUSTER_CO_TRY(co_await owed);
  }
  if (!said.left_out.empty()) notes.push_back("cleaned when back: " + said.left_out_text());
  if (!notes.empty()) run.note = fmt::format("{}", fmt::join(notes, "; "));
  co_return Status{};
}

}  // namespace muster::provision
