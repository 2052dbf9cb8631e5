#include "node-agent/dispatch/request_gate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/audit/of_request.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/filter/filter.hpp"
#include "proto/filter/subject.hpp"
#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"
#include "proto/request/signed_reply.hpp"
#include "proto/request/signed_request.hpp"

namespace muster::agent {
namespace {

// Who floods us must not fill the log as well.
constexpr base::Throttle::Rate kUnverifiedLines{.burst = 10,
                                                .every = std::chrono::milliseconds(10'000)};

// All of a filter but its -S expressions: parsed before, so it parses again.
filter::Filter without_compounds(const filter::Filter& filter) {
  auto text = filter.text();
  text.compounds.clear();
  return filter::Filter::parse(text).value();
}

// Asks nothing after the deadline, and counts what has no answer.
class Questions final : public filter::DataSource {
 public:
  Questions(const GateContext& context, GateStatistics& statistics, const Admitted& asked,
            std::chrono::steady_clock::time_point deadline)
      : context_(context), statistics_(statistics), asked_(asked), deadline_(deadline) {}

  Result<Value> query(std::string_view name,
                      const std::optional<std::string>& argument) const override {
    auto answer = ask(name, argument);
    if (!answer) {
      ++statistics_.data_failed;
      log::info("a data function of a filter has no answer",
                {{"request", asked_.request.id}, {"why", answer.error().message}});
      failure_ = answer.error().message;
    }
    return answer;
  }
  const std::string& failure() const { return failure_; }  // the last one's reason; empty: none

 private:
  Result<Value> ask(std::string_view name, const std::optional<std::string>& argument) const {
    if (context_.clock.steady() >= deadline_)
      return fail(Errc::timeout, fmt::format("no time is left to ask {}", base::quoted(name)));
    if (context_.data_policy && context_.data->find(name) != nullptr)
      MUSTER_TRY(context_.data_policy(asked_.request, asked_.role, name, argument));
    return context_.data->query(name, argument);
  }

  const GateContext& context_;
  GateStatistics& statistics_;
  const Admitted& asked_;
  const std::chrono::steady_clock::time_point deadline_;
  mutable std::string failure_;
};

}  // namespace

RequestGate::RequestGate(GateContext context, GateStatistics& statistics)
    : context_(std::move(context)),
      statistics_(statistics),
      unadmitted_(context_.clock),
      log_(context_.clock, kUnverifiedLines) {}

void RequestGate::drop_unverified(const Error& why) {
  ++statistics_.unverified;
  if (const auto others = log_.pass())
    log::warning("request not verified, dropped",
                 {{"why", why.message}, {"others", std::to_string(*others)}});
  context_.audit.flood(audit::Verdict::unverified, why.message);
}

std::optional<messages::Request> RequestGate::verified(std::string_view message,
                                                       std::string_view sender,
                                                       security::Role& role) {
  auto opened = request::open(message, envelope::Kind::request, context_.operators, sender);
  if (!opened) return drop_unverified(opened.error()), std::nullopt;
  role = opened->role;
  return std::move(opened->request);
}

bool RequestGate::meant_for_us(const messages::Request& request, bool direct) const {
  const auto& targets = request.targets;
  const bool named = std::find(targets.begin(), targets.end(), context_.identity) != targets.end();
  // A request signed for one node must not be carried to another, nor a broadcast to a single
  // topic.
  return named || (targets.empty() && !direct);
}

bool RequestGate::in_our_collective(const messages::Request& request) const {
  const auto ours = context_.collectives();
  return std::find(ours.begin(), ours.end(), request.collective) != ours.end();
}

bool RequestGate::matches(const filter::Filter& filter, const filter::DataSource* data) const {
  const auto facts = context_.facts();
  const auto classes = context_.classes();
  const auto agents = context_.agents.names();
  return filter.matches({.identity = context_.identity,
                         .facts = facts.get(),
                         .classes = &classes,
                         .agents = &agents,
                         .data = data});
}

Status RequestGate::record(const Admitted& admitted, audit::Verdict verdict,
                           const std::string& why) const {
  auto line = audit::of_request(admitted.request, admitted.role, admitted.inputs, verdict,
                                admitted.decided_by, why);
  line.approved_by = admitted.approved_by;
  if (admitted.approved) line.approval = admitted.approved->id;
  return context_.audit.request(std::move(line));
}

std::optional<Admitted> RequestGate::refuse(Admitted admitted, Error why) {
  switch (admitted.outcome) {
    case messages::Outcome::expired:
      ++statistics_.expired;
      break;
    case messages::Outcome::busy:
      ++statistics_.busy;
      break;
    default:
      ++statistics_.refused;
  }
  static_cast<void>(record(admitted, audit::verdict_of(admitted.outcome), why.message));
  if (!unadmitted_.answer_refusal(admitted.request)) return std::nullopt;
  admitted.agent = nullptr;
  admitted.refusal = std::move(why);
  return admitted;
}

Status RequestGate::allowed(Admitted& admitted) const {
  const auto& request = admitted.request;
  auto agent = context_.agents.find(request.agent);
  if (agent == nullptr)
    return fail(Errc::unknown_action,
                fmt::format("no agent {} on {}{}", base::quoted(request.agent), context_.identity,
                            base::hint_for(request.agent, context_.agents.names())));
  auto answer = context_.policy(request, admitted.role);
  admitted.decided_by = std::move(answer.decided_by);
  admitted.needs_approval = std::move(answer.needs_approval);
  admitted.approved_by = std::move(answer.approved_by);
  admitted.approved = std::move(answer.approved);
  if (!answer.allowed) {
    admitted.outcome = messages::Outcome::refused;
    return std::move(answer.allowed);
  }
  if (!request.arguments) return fail(request.arguments.error());
  MUSTER_ASSIGN(admitted.inputs,
                ddl::check_inputs(agent->ddl(), request.action, *request.arguments));
  admitted.agent = std::move(agent);
  return {};
}

std::optional<Admitted> RequestGate::mismatch(Admitted admitted, const std::string& no_answer) {
  ++statistics_.filtered;
  if (!admitted.request.tell_mismatch || !unadmitted_.answer_mismatch(admitted.request))
    return std::nullopt;
  admitted.outcome = messages::Outcome::filtered;
  admitted.refusal = no_answer.empty() ? Error{Errc::refused, "the filter does not match"}
                                       : Error{Errc::missing_data, no_answer};
  return admitted;
}

// Never answered, or a recorded message could make us talk as often as it is sent again.
void RequestGate::drop_replay(const messages::Request& request, const std::string& why) {
  ++statistics_.refused;
  context_.audit.flood(audit::Verdict::replayed, fmt::format("{}#{} of {}: {}", request.agent,
                                                             request.action, request.caller, why));
}

bool RequestGate::is_replay(const messages::Request& request) {
  if (unadmitted_.knows(request)) {
    drop_replay(request, fmt::format("request {} is replayed", base::quoted(request.id)));
    return true;
  }
  const auto fresh = context_.replay.check(request::sending_of(request));
  if (fresh || fresh.error().code != Errc::refused) return false;
  drop_replay(request, fresh.error().message);
  return true;
}

std::optional<Admitted> RequestGate::admit(std::string_view message, bool direct,
                                           std::string_view sender) {
  ++statistics_.received;
  Admitted admitted;
  auto request = verified(message, sender, admitted.role);
  if (!request) return std::nullopt;
  admitted.request = std::move(*request);
  if (!meant_for_us(admitted.request, direct) || !in_our_collective(admitted.request))
    return ++statistics_.filtered, std::nullopt;
  if (is_replay(admitted.request)) return std::nullopt;
  return judge_filter(std::move(admitted));
}

std::optional<Admitted> RequestGate::judge_filter(Admitted admitted) {
  auto filter = filter::Filter::parse(admitted.request.filter);
  if (!filter) return refuse(std::move(admitted), std::move(filter).error());
  const bool asks = filter->needs_data_plugins() && context_.data != nullptr;
  // Plugins may take their time, on a thread that has it: what needs none of them is judged here.
  const bool ours = asks ? matches(without_compounds(*filter), nullptr) : matches(*filter, nullptr);
  if (!ours) return mismatch(std::move(admitted), "");
  if (!asks) return decide(std::move(admitted));
  admitted.undecided = std::make_shared<const filter::Filter>(std::move(*filter));
  admitted.judging = unadmitted_.judging(admitted.request);
  return admitted;
}

std::optional<Admitted> RequestGate::judge(const Admitted& undecided,
                                           std::chrono::steady_clock::time_point deadline,
                                           const std::function<bool()>& wanted) {
  const Questions questions(context_, statistics_, undecided, deadline);
  Admitted admitted;
  admitted.request = undecided.request;
  admitted.role = undecided.role;
  admitted.received = undecided.received;
  const bool ours = matches(*undecided.undecided, &questions);
  if (!wanted()) return std::nullopt;
  if (ours) return decide(std::move(admitted));
  // The plugins are not asked again for the same request.
  if (!admitted.request.tell_mismatch) unadmitted_.remember(admitted.request);
  return mismatch(std::move(admitted), questions.failure());
}

std::chrono::seconds RequestGate::limit(const Admitted& admitted) const {
  const auto& request = admitted.request;
  std::chrono::seconds limit{0};
  // The table may have lost an admitted one meanwhile.
  const auto agent = admitted.agent ? admitted.agent : context_.agents.find(request.agent);
  if (agent) limit = agent->ddl().timeout;
  if (admitted.undecided)
    limit = std::max(limit + context_.data->patience(admitted.undecided->data_plugins()),
                     kLeastJudgement);
  const std::chrono::seconds own(request.timeout_s);
  return own.count() > 0 ? std::min(limit, own) : limit;
}

std::optional<Admitted> RequestGate::not_fresh(Admitted admitted, Error why) {
  if (why.code == Errc::refused) return drop_replay(admitted.request, why.message), std::nullopt;
  admitted.outcome = request::outcome_of(why);
  return refuse(std::move(admitted), std::move(why));
}

Status RequestGate::use_approvals(const Admitted& admitted) const {
  if (admitted.approved_by.empty()) return {};
  if (context_.approvals != nullptr && admitted.approved)
    return context_.approvals->use(*admitted.approved);
  return fail(Errc::refused, "no approval counts here");
}

bool RequestGate::answers_busy(const Admitted& admitted) {
  return !admitted.undecided || unadmitted_.answer_refusal(admitted.request);
}

// Time is judged only here: a late broadcast is answered by those whom it was for, not by the whole
// collective.
std::optional<Admitted> RequestGate::decide(Admitted admitted) {
  const auto sending = request::sending_of(admitted.request);
  if (auto timely = context_.replay.check(sending); !timely)
    return not_fresh(std::move(admitted), std::move(timely).error());
  if (auto status = allowed(admitted); !status)
    return refuse(std::move(admitted), std::move(status).error());
  if (auto room = context_.replay.admit(sending); !room)
    return not_fresh(std::move(admitted), std::move(room).error());
  if (auto unused = use_approvals(admitted); !unused) {
    admitted.outcome =
        unused.error().code == Errc::limit ? messages::Outcome::busy : messages::Outcome::refused;
    return refuse(std::move(admitted), std::move(unused).error());
  }
  if (auto recorded = record(admitted, audit::Verdict::allowed, ""); !recorded) {
    ++statistics_.refused;
    admitted.agent = nullptr;
    admitted.outcome = messages::Outcome::refused;
    admitted.refusal = std::move(recorded).error();
    return admitted;
  }
  ++statistics_.passed;
  return admitted;
}

}  // namespace muster::agent
