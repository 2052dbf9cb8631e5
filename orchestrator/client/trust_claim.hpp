// What stands below trust/ as an entry that an orchestrator keeps there. docs/PROTOCOL.md, "The directory".
#pragma once

#include <string>

#include "proto/transport/directory/directory.hpp"

namespace muster::client {

class Link;

// `topic` is of an endorsement, a ban or a revocation list of the link's collective, `payload` what stands there. Its order is
// theirs (admission::replaces, BanList::take, the list's number); what `link` would not believe has none. The link must
// outlive the claim.
transport::Claim trust_claim(Link& link, std::string topic, std::string payload);

}  // namespace muster::client
