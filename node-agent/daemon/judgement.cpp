#include "node-agent/daemon/judgement.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "proto/base/names.hpp"
#include "proto/filter/text.hpp"
#include "proto/messages/request.hpp"
#include "proto/policy/choice.hpp"

namespace muster::agent {
namespace {

// As the action would get them.
Value judged_arguments(const ddl::Agent* ddl, const messages::Request& request) {
  const Value sent = request.arguments.value_or(Value::object());
  return ddl == nullptr ? sent : ddl::with_defaults(*ddl, request.action, sent);
}

// Borrows the request.
policy::Scope scope_of(const messages::Request& request) {
  policy::Scope scope;
  scope.targets = request.targets.size();
  scope.filtered = scope.targets > 0 || filter::chooses_nodes(request.filter);
  scope.everybody = [&request] { return policy::matches_everybody(request.filter); };
  scope.confirmed = request.confirmed;
  return scope;
}

std::optional<std::string> text_of(const Value& arguments, const char* name) {
  const auto found = arguments.is_object() ? arguments.find(name) : arguments.end();
  if (!arguments.is_object() || found == arguments.end() || !found->is_string())
    return std::nullopt;
  return found->get<std::string>();
}

}  // namespace

policy::Decision Judgement::decide(const messages::Request& request, security::Role role,
                                   std::string_view of, policy::Question& question) const {
  if (node_.facts_gathered && !node_.facts_gathered() && node_.policies.depends_on_node(of))
    return {false, "its policy asks for facts, and they are still being gathered; ask again soon"};
  const auto id = "cert=" + request.caller;
  const auto facts = node_.facts();
  const auto classes = node_.classes();
  question.caller = {id, role, false};
  question.caller.lease =
      role == security::Role::orchestrator && node_.agents.lease_holder() == request.caller;
  question.facts = facts.get();
  question.classes = &classes;
  question.now_ms = node_.clock.unix_ms();
  return node_.policies.decide(of, question);
}

PolicyAnswer Judgement::action(const messages::Request& request, security::Role role) const {
  const auto agent = node_.agents.find(request.agent);
  const auto* ddl = agent ? &agent->ddl() : nullptr;
  const auto arguments = judged_arguments(ddl, request);
  policy::Question question;
  question.action = request.action;
  question.arguments = &arguments;
  if (ddl != nullptr) question.guarded = ddl::guarded_inputs(*ddl, request.action, arguments);
  question.scope = scope_of(request);
  auto decision = decide(request, role, request.agent, question);
  // Only then: whoever may not call it at all must not cost us signatures.
  approval::Checked approvals;
  if (!decision.needs_approval.empty() && request.approved && node_.approvals != nullptr) {
    approvals = node_.approvals->check(request, arguments);
    question.scope.approved_by = std::move(approvals.by);
    question.scope.not_approved = std::move(approvals.why_not);
    decision = decide(request, role, request.agent, question);
  }
  PolicyAnswer answer{{}, std::move(decision.decided_by)};
  answer.needs_approval = std::move(decision.needs_approval);
  answer.approved_by = std::move(decision.approved_by);
  if (decision.allowed && !answer.approved_by.empty())
    answer.approved = std::move(approvals.statement);
  if (!decision.allowed) {
    answer.allowed = fail(Errc::refused, fmt::format("{} is not allowed to call {}#{} on {} ({})",
                                                     request.caller, request.agent, request.action,
                                                     node_.identity, answer.decided_by));
    return answer;
  }
  const auto source = request.agent == "rpcutil" && request.action == "get_data"
                          ? text_of(arguments, "source")
                          : std::nullopt;
  if (source) answer.allowed = data(request, role, *source, text_of(arguments, "query"));
  return answer;
}

Status Judgement::data(const messages::Request& request, security::Role role, std::string_view name,
                       const std::optional<std::string>& argument) const {
  // The name is the caller's: it must not become a path, nor another policy's name.
  if (!base::check_word("data plugin", name))
    return fail(Errc::not_found, fmt::format("no data plugin {} here", base::quoted(name)));
  Value arguments = Value::object();
  if (argument) arguments[std::string(policy::kDataAction)] = *argument;
  policy::Question question;
  question.action = policy::kDataAction;
  question.arguments = &arguments;
  question.scope = scope_of(request);
  const auto decision =
      decide(request, role, fmt::format("{}{}", policy::kDataPrefix, name), question);
  if (decision.allowed) return {};
  return fail(Errc::refused,
              fmt::format("{} is not allowed to ask the data function {} on {} ({})",
                          request.caller, name, node_.identity, decision.decided_by));
}

}  // namespace muster::agent
