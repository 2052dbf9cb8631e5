#include "orchestrator/control/control_actions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "orchestrator/client/link.hpp"
#include "orchestrator/client/trusted_ca.hpp"
#include "proto/base/names.hpp"

namespace muster::control {
namespace {

struct Asked {
  client::Link& link;
  const Duties& duties;
  const std::string& caller;
  const Value& inputs;

  std::string text(const char* name) const { return inputs.value(name, std::string()); }
};

Result<Value> trust_add(const Asked& asked) {
  MUSTER_ASSIGN(const auto ca,
                x509::Certificate::from_pem(asked.text("certificate"), "input 'certificate'"));
  MUSTER_TRY(client::publish_trusted_ca(asked.link, ca, asked.caller));
  return Value{{"fingerprint", ca.fingerprint()}, {"subject", ca.subject()}};
}

Result<Value> trust_remove(const Asked& asked) {
  const auto fingerprint = asked.text("fingerprint");
  const auto anchors = asked.link.nodes().anchors();
  const auto known = std::find_if(anchors.begin(), anchors.end(),
                                  [&](const auto& ca) { return ca.fingerprint() == fingerprint; });
  if (known == anchors.end())
    return fail(Errc::aborted,
                fmt::format("no CA with the fingerprint {} is trusted; 'muster trust "
                            "list' shows those that are",
                            fingerprint));
  MUSTER_TRY(client::withdraw_trusted_ca(asked.link, fingerprint));
  return Value{{"subject", known->subject()}};
}

// `duty`, or why there is none.
template <class Duty>
Result<Duty*> there(Duty* duty, const char* what) {
  if (duty != nullptr) return duty;
  return fail(Errc::aborted, fmt::format("this orchestrator cannot {}", what));
}

Result<Value> done(const Status& status) {
  if (!status) return fail(status.error());
  return Value::object();
}

Result<Value> again(const Asked& asked) {
  MUSTER_ASSIGN(auto* duty, there(asked.duties.provisioning, "provision"));
  return done(duty->again(asked.text("node")));
}

Result<Value> forget(const Asked& asked) {
  MUSTER_ASSIGN(auto* duty, there(asked.duties.provisioning, "provision"));
  return done(duty->forget(asked.text("node")));
}

Result<Value> approve(const Asked& asked) {
  MUSTER_ASSIGN(auto* duty, there(asked.duties.approvals, "approve names"));
  return done(duty->approve(asked.text("node"), asked.caller));
}

Result<Value> ban(const Asked& asked) {
  MUSTER_ASSIGN(auto* duty, there(asked.duties.bans, "ban nodes"));
  return done(duty->ban(asked.text("node"), asked.text("reason"), asked.caller));
}

Result<Value> unban(const Asked& asked) {
  MUSTER_ASSIGN(auto* duty, there(asked.duties.bans, "ban nodes"));
  return done(duty->unban(asked.text("node"), asked.caller));
}

Result<Value> revoke(const Asked& asked) {
  MUSTER_ASSIGN(auto* duty, there(asked.duties.tokens, "revoke tokens"));
  return done(duty->revoke(asked.text("id"), asked.caller));
}

}  // namespace

Result<Value> perform(client::Link& link, const Duties& duties, const std::string& caller,
                      const std::string& action, const Value& inputs) {
  static const std::map<std::string, std::function<Result<Value>(const Asked&)>> actions{
      {"trust_add", trust_add},     {"trust_remove", trust_remove}, {"provision_again", again},
      {"provision_forget", forget}, {"provision_approve", approve}, {"node_ban", ban},
      {"node_unban", unban},        {"token_revoke", revoke}};
  const auto found = actions.find(action);
  if (found == actions.end())
    return fail(Errc::unknown_action, fmt::format("no action {}", base::quoted(action)));
  return found->second({link, duties, caller, inputs});
}

}  // namespace muster::control
