// An operator brings a root's revocation list to the bus.
#pragma once

#include <string>

#include "proto/base/result.hpp"
#include "proto/x509/revocation_list.hpp"

namespace muster::client {

class Link;

// Asks the orchestrators to believe and retain the list; done when one that is not revoked by it says so, or when the
// bus shows the list, whoever did it: the root's signature is what counts. Blocks for a control request's patience at
// most. The error says why not: an orchestrator's refusal, or that none answered.
Status hand_over(Link& link, const x509::RevocationList& list);

}  // namespace muster::client
