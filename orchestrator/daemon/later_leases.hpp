// Whether an outcome that waits in the outbox is still true: an orchestrator that was stopped for a minute, or cut off, may have
// written one down under a lease that another has taken over since.
#pragma once

#include <chrono>
#include <optional>

#include "orchestrator/client/records.hpp"
#include "orchestrator/notify/deliverer.hpp"
#include "plugins/api/notifier.hpp"
#include "proto/base/guarded.hpp"

namespace muster::daemon {

// One round trip to the broker, and what it takes to verify what came before.
inline constexpr std::chrono::milliseconds kRecordsPatience{3'000};

// `record`: the node's, as it is known now. A failure stands as long as its run was not gone on with; that a node is in
// production, until it failed under a later lease: who goes on after that step tells nobody.
notify::Lasting lasting(const plugins::Lease& lease, const std::optional<client::Record>& record);

// Thread-safe. Knows nothing without records.
class LaterLeases {
 public:
  // For as long as it lives, the records are asked; they must outlive it.
  class Source {
   public:
    Source(LaterLeases& leases, client::Records& records);
    ~Source();
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

   private:
    LaterLeases& leases_;
  };

  // Waits kRecordsPatience at most until all records that were told before are known.
  notify::Lasting ask(const plugins::Lease& lease) const;

 private:
  base::Guarded<client::Records*> records_{nullptr};
};

}  // namespace muster::daemon
