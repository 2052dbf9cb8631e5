// What operators ask of the engine.
#include <fmt/format.h>

#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/provision/engine.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"

namespace muster::provision {
namespace {

constexpr std::chrono::milliseconds kAgainCallTimeout{8'000};

}  // namespace

// Of a node that is no member, by its record.
Status Engine::check_waits(const std::string& identity) const {
  const auto record = records_->find(identity);
  if (record && record->state == "refused")
    return fail(Errc::aborted,
                fmt::format("{} is not let in: {}. Put a good token on it and restart its "
                            "muster-agent; provisioning then begins by itself",
                            identity, record->reason));
  if (record && record->state == "running")
    return fail(Errc::aborted,
                fmt::format("{} is being provisioned just now, in step {}; see 'muster provision "
                            "show {}'",
                            identity, record->step, identity));
  return {};
}

Status Engine::again(const std::string& identity) {
  MUSTER_TRY(base::check_identity(identity));
  const bool member = fleet_->find(identity).has_value();
  if (member) {
    const auto told = caller_->call_one(identity, nullptr, "provision", "again", Value::object(),
                                        kAgainCallTimeout);
    if (!told) return fail(Errc::aborted, told.error().message);
  } else {
    MUSTER_TRY(check_waits(identity));
  }
  const std::lock_guard lock(mutex_);
  const auto at = nodes_.find(identity);
  const bool joining = at != nodes_.end() && at->second.join.has_value();
  if (!member && !joining)
    return fail(Errc::aborted, fmt::format("{} is neither online nor does it wait to join; is the "
                                           "machine running?",
                                           identity));
  // A member's presence brings it here.
  if (at == nodes_.end() || at->second.running) return {};
  auto& node = at->second;
  log::info("an operator wants a node provisioned again", {{"node", identity}});
  node.anew = !member;
  node.settled = false;
  node.backoff->reset();
  node.due = now();
  wake_.notify_all();
  return {};
}

Status Engine::forget(const std::string& identity) {
  const auto record = records_->find(identity);
  if (!record)
    return fail(Errc::aborted, fmt::format("there is no record of {}", base::quoted(identity)));
  if (record->state == "running")
    return fail(Errc::aborted,
                identity + " is being provisioned just now; wait until it has ended");
  return client::forget_record(link_, identity);
}

}  // namespace muster::provision
