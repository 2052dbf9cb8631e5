// Which of the nodes that are on the bus now match: presence and registry together. docs/adr/0065.
#pragma once

#include "orchestrator/registry/answers.hpp"
#include "orchestrator/registry/permission.hpp"
#include "proto/base/result.hpp"
#include "proto/filter/fwd.hpp"
#include "proto/messages/registry.hpp"

namespace muster::registry {

// Registrations read for one question. A filter that would read more (one on a great part of a large fleet that neither
// presence nor Signatures can tell) is the nodes' to judge.
inline constexpr std::size_t kSnapshotReadsMax = 1'000;

// Fills in `entries`, `known`, `heard_all` and `more`. A node is judged by its presence, where that tells all that the filter
// reads, else by what it registered with its presence laid over; by neither: it is told as undecided. So nobody who is on
// the bus is left out. Errc::unavailable where presence is not heard (yet), or of another collective; refused where the
// policy lets its caller hear of some nodes alone, or only of so many; limit beyond kSnapshotReadsMax.
Status fill_snapshot(const Answering& context, const messages::RegistryRequest& request,
                     const filter::Filter& filter, const Permission& permission,
                     messages::RegistryReply& reply);

}  // namespace muster::registry
