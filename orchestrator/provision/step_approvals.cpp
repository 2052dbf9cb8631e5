#include "orchestrator/provision/step_approvals.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/client/record_claim.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {
namespace {

// What has ended keeps its waits. Approved then, they would let a later run through that nobody was asked about.
bool goes_on(const client::Record& record) {
  return record.state == "waiting" || record.state == "running" || record.state == client::kLeaving;
}

}  // namespace

Result<client::Record> StepApprovals::waiting(const WaitingStep& what, std::size_t& at) const {
  MUSTER_TRY(base::check_identity(what.identity));
  const auto record = parts_.collective.record(what.identity);
  const auto none = [&](const std::string& why) {
    return fail(Errc::not_found,
                fmt::format("{} waits for no approval in a step {}{}; 'muster "
                            "provision show {}' shows what it waits for",
                            what.identity, base::quoted(what.step), why, what.identity));
  };
  if (!record) return none(", for there is no record of it");
  if (record->run_id != what.run_id) return none(" of that run: it is in another one now");
  if (!goes_on(*record))
    return fail(Errc::not_found,
                fmt::format("{0} is {1}, and no approval makes it go on: 'muster provision retry "
                            "{0}' or 'muster provision again {0}' does, and the step asks then",
                            what.identity, record->state));
  const auto found = std::find_if(
      record->waits.begin(), record->waits.end(),
      [&](const client::StepWait& each) { return each.step == what.step && !each.group.empty(); });
  if (found == record->waits.end()) return none("");
  if (parts_.world.unix_ms() >= found->until_ms) return none(" any more: its time is over");
  at = static_cast<std::size_t>(found - record->waits.begin());
  return *record;
}

loop::Task<Result<std::string>> StepApprovals::group_of(WaitingStep what) {
  std::size_t at = 0;
  const auto record = waiting(what, at);
  if (!record) co_return fail(record.error());
  co_return record->waits[at].group;
}

loop::Task<Status> StepApprovals::approve(WaitingStep what, std::string by) {
  std::size_t at = 0;
  auto record = waiting(what, at);
  if (!record) co_return fail(record.error());
  if (!record->waits[at].by.empty())
    co_return Status{};  // before, or by what another orchestrator told
  log::info("a step is approved", {{"node", what.identity}, {"step", what.step}, {"by", by}});
  const auto known = *record;
  record->waits[at].by = by;
  record->updated_at_ms = parts_.world.unix_ms();
  // As RunRecord::approve(): it was people who took that long.
  record->no_step_since_ms = record->updated_at_ms;
  record->told_late = false;
  parts_.provisioner.approve(what.identity, what.step, by);
  if (client::follow(*record, known)) parts_.collective.publish(*record);
  if (record->state != client::kLeaving)
    parts_.provisioner.go_on(what.identity, /*anew=*/false);
  else if (parts_.wake_departure)
    parts_.wake_departure(what.identity);
  co_return Status{};
}

}  // namespace muster::provision
