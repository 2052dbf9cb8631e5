#include "orchestrator/control/step_approval.hpp"

#include <fmt/format.h>

namespace muster::control {
namespace {

Result<Value> approve_step(Approvals& duty, const policy::PolicyStore& policies,
                           const policy::Caller& caller, const StepOfRun& step) {
  MUSTER_ASSIGN(const auto group, duty.group_of_step(step));
  MUSTER_ASSIGN(const auto is_member, policies.in_group(group, caller));
  if (!is_member)
    return fail(Errc::refused,
                fmt::format("{} is not in the group '{}', whose approval {} waits for", caller.id,
                            group, step.node));
  MUSTER_TRY(duty.approve_step(step, std::string(caller.id.substr(caller.id.find('=') + 1))));
  return Value{{"group", group}};
}

}  // namespace

std::optional<Result<Value>> perform_step_approval(Approvals* duty,
                                                   const policy::PolicyStore& policies,
                                                   const policy::Caller& caller,
                                                   const std::string& action, const Value& inputs) {
  if (action != "provision_approve_step") return std::nullopt;
  if (duty == nullptr) return fail(Errc::aborted, "this orchestrator cannot approve steps");
  const auto text = [&](const char* name) { return inputs.value(name, std::string()); };
  return approve_step(*duty, policies, caller, {text("node"), text("step"), text("run")});
}

}  // namespace muster::control
