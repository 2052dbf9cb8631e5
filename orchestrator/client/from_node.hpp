// Opening what nodes sent.
#pragma once

#include <string_view>

#include "proto/base/result.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/security/verifier.hpp"

namespace muster::client {

class LinkCore;

// Not of a banned node, whatever it signs with; verified under the Puppet CAs, by the node that the topic's last level names, and of the CA whose
// that name is (admission::may_speak). A message of an unknown CA gets a second chance once the CAs on the bus are all known. Never from a bus handler.
Result<security::Opened> open_from_node(LinkCore& link, std::string_view topic,
                                        std::string_view payload, envelope::Kind kind);

}  // namespace muster::client
