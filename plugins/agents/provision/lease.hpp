// Who may work on this node: leases with fencing numbers ("How to do distributed locking", M.
// Kleppmann 2016).
#pragma once

#include <cstdint>
#include <string>

#include "plugins/agents/provision/progress.hpp"
#include "proto/base/result.hpp"

namespace muster::plugins::provision {

inline constexpr std::int64_t kLeaseLeastSeconds = 5;
inline constexpr std::int64_t kLeaseMostSeconds = 3600;

// Claimed, but not any more: past its end, or further ahead than any lease can be, as when a clock
// that was fast has been set right.
bool lapsed(const Progress& progress, std::int64_t now_ms);
// Progress::replaced_until_ms; 0: that is over.
std::int64_t replaces_until_ms(const Progress& progress, std::int64_t now_ms);

// These change `progress` alone; the caller saves it before anyone is told.

// Granted when nobody holds a lease, when it has lapsed, to its own owner, or instead of the lease whose fencing number is
// `instead_of`: its owner has left the bus (0: of none). The fencing number grows each time. Errc::aborted, with the owner or the
// reason, when it is not granted.
Status claim(Progress& progress, const std::string& owner, const std::string& workflow,
             std::int64_t lease_s, std::int64_t now_ms, std::int64_t instead_of = 0);

// Errc::aborted, with who owns the node now, unless `caller` holds the lease under exactly this
// number. A lapsed lease that nobody else has taken still counts: no harm can come of it.
Status check_fence(const Progress& progress, const std::string& caller, std::int64_t fence,
                   std::int64_t now_ms);

Status renew(Progress& progress, std::int64_t lease_s, std::int64_t now_ms);
// Back to waiting, or failed with the reason.
void release(Progress& progress, State left_as, std::string error);
void finish(Progress& progress, std::int64_t now_ms);
// Anew from the first step. Who held a lease has lost it.
void begin_again(Progress& progress);

}  // namespace muster::plugins::provision
