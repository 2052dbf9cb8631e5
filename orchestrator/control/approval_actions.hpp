// The actions approval_* of config/ddl/agent/orchestrator.json.
#pragma once

#include <optional>
#include <string>

#include "orchestrator/control/approval_box.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::control {

// Nothing for another action. `inputs` have passed the description's checks.
std::optional<Result<Value>> perform_approval(ApprovalBox& box, const policy::Caller& caller,
                                              const std::string& action, const Value& inputs);

}  // namespace muster::control
