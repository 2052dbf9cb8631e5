#include "orchestrator/daemon/later_leases.hpp"

#include "proto/base/log.hpp"

namespace muster::daemon {

using notify::Lasting;

Lasting lasting(const plugins::Lease& lease, const std::optional<client::Record>& record) {
  const bool is_later = record && record->run_id == lease.run && record->fence > lease.fence;
  if (!is_later) return Lasting::stands;
  const bool told_failed = lease.state == "failed";
  const bool has_failed = record->state == "failed";
  return told_failed == has_failed ? Lasting::stands : Lasting::superseded;
}

LaterLeases::Source::Source(LaterLeases& leases, client::Records& records) : leases_(leases) {
  *base::Locked(leases_.records_) = &records;
}

LaterLeases::Source::~Source() {
  *base::Locked(leases_.records_) = nullptr;
}

Lasting LaterLeases::ask(const plugins::Lease& lease) const {
  const base::Locked records(records_);
  if (*records == nullptr) return Lasting::unknown;
  if (const auto known = (*records)->wait_complete(kRecordsPatience); !known) {
    log::info("it is not known whether an outcome still is true; asked again",
              {{"node", lease.node}, {"why", known.error().message}});
    return Lasting::unknown;
  }
  return lasting(lease, (*records)->find(lease.node));
}

}  // namespace muster::daemon
