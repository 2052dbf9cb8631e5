// The Puppet CAs that the collective trusts, as retained messages that orchestrators sign: each
// endorses one CA, or withdraws it. docs/PROTOCOL.md, "Trusted CAs".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "orchestrator/admission/master_endorsement.hpp"
#include "proto/base/result.hpp"
#include "proto/security/trust.hpp"

namespace muster::client {

class Link;

using admission::Endorsement;

// Verifies: signed by an orchestrator under `operators`, about the CA that the topic names, of a form that may be signed, and
// with a number that may be reached by `now_ms` (Unix time; admission::check_number). It ends with the signer's certificate,
// whatever it says itself. An empty message is Errc::invalid_data: only a signed one withdraws.
Result<Endorsement> read_trusted_ca(std::string_view topic, std::string_view payload,
                                    const security::Trust& operators, std::int64_t now_ms);

// Signs and publishes: every broker, orchestrator and command line believes it from then on. Waits for the
// broker's word; blocks for kTrustPatience and kPublishPatience at most, so never from a bus handler. Of
// `endorsement` the caller sets certificate, master, patterns, facts, withdrawn and offered_by; the rest is filled
// in: the number is one more than the highest known of this CA. Gives what was published, which `link` itself
// believes and keeps on the bus from then on. Errc::refused for the operator root and the orchestrator root, and
// while somebody has used the numbers up (admission::check_own_number); Errc::limit, and nothing is published,
// when there is no room for one more CA (Link::room_for).
Result<Endorsement> publish_trusted_ca(Link& link, Endorsement endorsement);
// The same of what is known already, as it was read, for its signature alone. Errc::aborted when something newer about that
// CA was heard since: a withdrawal must not be undone by whoever had not heard it when he began.
Result<Endorsement> sign_trusted_ca_anew(Link& link, Endorsement endorsement);

}  // namespace muster::client
