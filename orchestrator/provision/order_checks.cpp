#include "orchestrator/provision/order_checks.hpp"

#include <fmt/format.h>

#include "orchestrator/provision/run_elsewhere.hpp"
#include "proto/base/names.hpp"

namespace muster::provision {

// What we say of a node that we do not run was left by a process of ours that died.
bool OrderChecks::runs_elsewhere(const client::Record& record) const {
  return is_run_elsewhere(record, as_, parts_.world.unix_ms(), parts_.lease);
}

// Of a node that is no member, by its record.
Status OrderChecks::is_let_in(const std::string& identity) const {
  const auto record = parts_.collective.record(identity);
  if (!record || record->state != "refused") return {};
  return fail(Errc::aborted,
              fmt::format("{} is not let in: {}. Put a good token on it and restart its "
                          "muster-agent; provisioning then begins by itself",
                          identity, record->reason));
}

Status OrderChecks::leaves_not(const std::string& identity) const {
  const auto record = parts_.collective.record(identity);
  const bool here = parts_.is_leaving && parts_.is_leaving(identity);
  const bool elsewhere = record && record->state == client::kLeaving && runs_elsewhere(*record);
  if (!here && !elsewhere) return {};
  return fail(Errc::aborted,
              fmt::format("{0} is being decommissioned {1}: ask again when it is gone, or stays "
                          "half-way; 'muster provision show {0}' tells how far it is",
                          identity, here ? "here" : "by " + record->orchestrator));
}

Status OrderChecks::runs_not(const std::string& identity) const {
  MUSTER_TRY(leaves_not(identity));
  const auto record = parts_.collective.record(identity);
  const bool here = parts_.provisioner.runs(identity);
  if (!here && (!record || !runs_elsewhere(*record))) return {};
  return fail(Errc::aborted,
              fmt::format("{} is being provisioned just now{}; 'muster provision cancel {}' ends "
                          "that",
                          identity, record ? ", in step " + record->step : "", identity));
}

Status OrderChecks::may_join_anew(const std::string& identity) const {
  MUSTER_TRY(parts_.provisioner.replaces_certificate_of(identity));
  const auto record = parts_.collective.record(identity);
  if (record && !record->key_fingerprint.empty()) return {};
  return fail(Errc::aborted,
              fmt::format("no record says with which join key {0} was provisioned, so nobody would "
                          "know it again in the join zone: put a token made with 'muster token "
                          "create --replace' on it, take its certificate away and restart its "
                          "muster-agent",
                          identity));
}

Status OrderChecks::may_go_on(const std::string& identity) const {
  const auto record = parts_.collective.record(identity);
  if (!record)
    return fail(Errc::aborted, fmt::format("there is no record of {}", base::quoted(identity)));
  if (record->state == "finished")
    return fail(Errc::aborted,
                fmt::format("{} is finished: 'muster provision again {}' does every step anew",
                            identity, identity));
  if (record->state == client::kLeaving || record->state == client::kGone)
    return fail(
        Errc::aborted,
        fmt::format("{} is {}: 'muster provision decommission {}' goes on with that, 'muster "
                    "provision again {}' has a machine of that name back",
                    identity, record->state, identity, identity));
  MUSTER_TRY(is_let_in(identity));
  return runs_not(identity);
}

Status OrderChecks::may_cancel(const std::string& identity) const {
  if (parts_.provisioner.runs(identity)) return {};
  const auto record = parts_.collective.record(identity);
  if (record && runs_elsewhere(*record))
    return fail(
        Errc::aborted,
        fmt::format(
            "{} is being provisioned by {}, which has to end that itself. Should it "
            "be gone for good, ask again {} minutes after its last word",
            identity, record->orchestrator,
            std::chrono::ceil<std::chrono::minutes>(parts_.lease + kSilentAfterLease).count()));
  if (parts_.provisioner.is_due(identity)) return {};
  if (!record)
    return fail(Errc::aborted, fmt::format("there is no record of {}", base::quoted(identity)));
  if (record->state == "running" || record->state == "waiting") return {};
  return fail(Errc::aborted, fmt::format("{} is {}: nothing goes on that could be cancelled",
                                         identity, record->state));
}

}  // namespace muster::provision
