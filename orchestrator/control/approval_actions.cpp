#include "orchestrator/control/approval_actions.hpp"

#include <functional>
#include <map>

#include "proto/base/encoding.hpp"

namespace muster::control {
namespace {

struct Wanted {
  ApprovalBox& box;
  const policy::Caller& caller;
  const Value& inputs;

  std::string text(const char* name) const { return inputs.value(name, std::string()); }
};

Result<Value> nothing_more(const Status& status) {
  if (!status) return fail(status.error());
  return Value::object();
}

Result<Value> ask_approval(const Wanted& wanted) {
  return nothing_more(wanted.box.ask(
      wanted.caller, {wanted.text("statement"), wanted.text("group"),
                      wanted.inputs.value("number", std::int64_t{1}), wanted.text("reason")}));
}

Result<Value> list_approvals(const Wanted& wanted) {
  return wanted.box.list(wanted.caller);
}

Result<Value> show_approval(const Wanted& wanted) {
  return wanted.box.show(wanted.caller, wanted.text("id"));
}

Result<Value> sign_approval(const Wanted& wanted) {
  MUSTER_ASSIGN(auto sealed, base::from_base64url(wanted.text("approval")));
  return wanted.box.sign(wanted.caller, wanted.text("id"), std::move(sealed));
}

Result<Value> deny_approval(const Wanted& wanted) {
  return nothing_more(wanted.box.deny(wanted.caller, wanted.text("id"), wanted.text("reason")));
}

}  // namespace

std::optional<Result<Value>> perform_approval(ApprovalBox& box, const policy::Caller& caller,
                                              const std::string& action, const Value& inputs) {
  static const std::map<std::string, std::function<Result<Value>(const Wanted&)>> actions{
      {"approval_ask", ask_approval},
      {"approval_list", list_approvals},
      {"approval_show", show_approval},
      {"approval_sign", sign_approval},
      {"approval_deny", deny_approval}};
  const auto found = actions.find(action);
  if (found == actions.end()) return std::nullopt;
  return found->second({box, caller, inputs});
}

}  // namespace muster::control
