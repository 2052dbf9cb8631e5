// The action provision_approve_step of config/ddl/agent/orchestrator.json.
#pragma once

#include <optional>
#include <string>

#include "orchestrator/control/duties.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/policy/policy_store.hpp"

namespace muster::control {

// Nothing for another action. Errc::refused unless the caller is of the group whose approval the step waits for. `duty`: may be null, as in Duties.
std::optional<Result<Value>> perform_step_approval(Approvals* duty,
                                                   const policy::PolicyStore& policies,
                                                   const policy::Caller& caller,
                                                   const std::string& action, const Value& inputs);

}  // namespace muster::control
