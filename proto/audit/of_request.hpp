// What a signed request contributes to its line in the audit, the same for nodes and orchestrators.
#pragma once

#include <string>

#include "proto/audit/record.hpp"
#include "proto/base/value.hpp"
#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"
#include "proto/security/role.hpp"

namespace muster::audit {

// `inputs` are those that were checked. A request that was not allowed is told with what it sent
// instead, where that can be read.
Request of_request(const messages::Request& request, security::Role role, Value inputs,
                   Verdict verdict, std::string decided_by, std::string why);

// Of a request that was refused, by the outcome that its caller is told.
Verdict verdict_of(messages::Outcome outcome);

}  // namespace muster::audit
