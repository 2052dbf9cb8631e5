#include "orchestrator/control/control_gate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/control/node_orders.hpp"
#include "proto/audit/of_request.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/names.hpp"
#include "proto/ddl/texts.hpp"
#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"
#include "proto/request/signed_reply.hpp"

namespace muster::control {
Result<ControlGate> ControlGate::create(GateContext context) {
  MUSTER_ASSIGN(auto description, ddl::built_in(kAgent));
  return ControlGate(std::move(context), std::move(description));
}

bool ControlGate::meant_for_us(const messages::Request& request, bool direct) const {
  const auto& targets = request.targets;
  const bool named = std::find(targets.begin(), targets.end(), context_.name) != targets.end();
  return named || (targets.empty() && !direct);
}

Status ControlGate::record(const Judged& judged, audit::Verdict verdict,
                           const std::string& why) const {
  auto line = audit::of_request(judged.request, judged.role, judged.inputs, verdict,
                                judged.decided_by, why);
  line.approved_by = judged.approved_by;
  if (judged.approved) line.approval = judged.approved->id;
  return context_.audit.request(std::move(line));
}

Judged ControlGate::refuse(Judged judged, Error why) const {
  // A refusal stands, recorded or not; the log of the audit tells what was lost.
  static_cast<void>(record(judged, audit::verdict_of(judged.outcome), why.message));
  refused_->keep(judged.request);
  judged.refusal = std::move(why);
  return judged;
}

policy::Decision ControlGate::ask_policy(Judged& judged, const Value& arguments) const {
  const auto id = "cert=" + judged.request.caller;
  const Value no_facts = Value::object();
  const std::vector<std::string> no_classes;
  policy::Question question{
      {id, judged.role}, judged.request.action, &no_facts, &no_classes, &arguments};
  question.guarded = ddl::guarded_inputs(description_, judged.request.action, arguments);
  // Its arguments name what it is about: nodes, a CA or a list, whichever orchestrators carry it out.
  question.scope.targets = nodes_named(arguments);
  question.scope.confirmed = judged.request.confirmed;
  question.scope.filtered = true;
  question.now_ms = base::SystemClock().unix_ms();
  auto decision = context_.policies.decide(kAgent, question);
  // Only then: whoever may not ask at all must not cost us signatures.
  approval::Checked approvals;
  if (!decision.needs_approval.empty() && judged.request.approved &&
      context_.approvals != nullptr) {
    approvals = context_.approvals->check(judged.request, arguments);
    question.scope.approved_by = std::move(approvals.by);
    question.scope.not_approved = std::move(approvals.why_not);
    decision = context_.policies.decide(kAgent, question);
  }
  judged.decided_by = decision.decided_by;
  judged.needs_approval = decision.needs_approval;
  judged.approved_by = decision.approved_by;
  if (decision.allowed && !judged.approved_by.empty())
    judged.approved = std::move(approvals.statement);
  return decision;
}

Status ControlGate::use_approvals(const Judged& judged) const {
  if (judged.approved_by.empty()) return {};
  if (context_.approvals != nullptr && judged.approved)
    return context_.approvals->use(*judged.approved);
  return fail(Errc::refused, "no approval counts here");
}

// Policy and inputs.
Status ControlGate::allowed(Judged& judged) const {
  const auto& request = judged.request;
  if (request.agent != kAgent)
    return fail(Errc::unknown_action, fmt::format("orchestrators have no agent {}; theirs is '{}'",
                                                  base::quoted(request.agent), kAgent));
  const auto& sent = request.arguments;
  const auto decision = ask_policy(
      judged, ddl::with_defaults(description_, request.action, sent ? *sent : Value::object()));
  if (!decision.allowed) {
    judged.outcome = messages::Outcome::refused;
    return fail(Errc::refused,
                fmt::format("{} may not call {}#{} on {} ({})", request.caller, kAgent,
                            request.action, context_.name, decision.decided_by));
  }
  if (!sent) return fail(sent.error());
  MUSTER_ASSIGN(judged.inputs, ddl::check_inputs(description_, request.action, *sent));
  if (judged.inputs.contains("nodes"))
    if (const auto named = ordered_nodes(judged.inputs); !named) return fail(named.error());
  return {};
}

std::optional<Judged> ControlGate::drop_replay(const messages::Request& request,
                                               const std::string& why) const {
  context_.audit.flood(audit::Verdict::replayed, fmt::format("{}#{} of {}: {}", request.agent,
                                                             request.action, request.caller, why));
  return std::nullopt;
}

bool ControlGate::is_replay(const messages::Request& request) const {
  if (refused_->knows(request)) {
    drop_replay(request, fmt::format("request {} is replayed", base::quoted(request.id)));
    return true;
  }
  const auto fresh = context_.replay.check(request::sending_of(request));
  if (fresh || fresh.error().code != Errc::refused) return false;
  drop_replay(request, fresh.error().message);
  return true;
}

std::optional<Judged> ControlGate::not_fresh(Judged judged, Error why) const {
  if (why.code == Errc::refused) return drop_replay(judged.request, why.message);
  judged.outcome = request::outcome_of(why);
  return refuse(std::move(judged), std::move(why));
}

std::optional<Judged> ControlGate::admit(std::string_view message, bool direct,
                                         std::string_view sender) {
  auto opened =
      request::open(message, envelope::Kind::control_request, context_.commanding, sender);
  if (!opened)
    return context_.audit.flood(audit::Verdict::unverified, opened.error().message), std::nullopt;
  Judged judged;
  judged.request = std::move(opened->request);
  judged.role = opened->role;
  const auto& request = judged.request;
  if (!meant_for_us(request, direct) || request.collective != context_.collective)
    return std::nullopt;
  if (is_replay(request)) return std::nullopt;
  const auto sending = request::sending_of(request);
  if (auto timely = context_.replay.check(sending); !timely)
    return not_fresh(std::move(judged), std::move(timely).error());
  if (auto may = allowed(judged); !may) return refuse(std::move(judged), std::move(may).error());
  // Only now: a caller without rights must not fill the window.
  if (auto room = context_.replay.admit(sending); !room)
    return not_fresh(std::move(judged), std::move(room).error());
  if (auto unused = use_approvals(judged); !unused) {
    judged.outcome =
        unused.error().code == Errc::limit ? messages::Outcome::busy : messages::Outcome::refused;
    return refuse(std::move(judged), std::move(unused).error());
  }
  if (auto recorded = record(judged, audit::Verdict::allowed, ""); !recorded) {
    judged.outcome = messages::Outcome::refused;
    judged.refusal = std::move(recorded).error();
  }
  return judged;
}

}  // namespace muster::control
