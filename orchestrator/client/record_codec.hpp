// Provision records, verified.
#pragma once

#include <string>
#include <string_view>

#include "orchestrator/client/records.hpp"
#include "proto/base/result.hpp"
#include "proto/security/trust.hpp"

namespace muster::client {

// Verified: by an orchestrator under `operators`, about the node that the topic names.
Result<Record> read_record(std::string_view topic, std::string_view payload,
                           const security::Trust& operators);

}  // namespace muster::client
