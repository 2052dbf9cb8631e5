// The actions of config/ddl/agent/orchestrator.json.
#pragma once

#include <cstdint>
#include <string>

#include "orchestrator/control/duties.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::client {
class Link;
}

namespace muster::control {

inline constexpr std::int64_t kUnsentToldMax = 200;  // notifications in one answer

// `inputs` have passed the description's checks. The reply's data; an Error is what the caller is
// told. Effects are signed by `link`'s certificate, an orchestrator's.
Result<Value> perform(client::Link& link, const Duties& duties, const std::string& caller,
                      const std::string& action, const Value& inputs);

}  // namespace muster::control
