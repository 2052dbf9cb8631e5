#include "node-agent/dispatch/request_gate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/envelope/value_codec.hpp"
#include "proto/filter/filter.hpp"
#include "proto/security/verifier.hpp"

namespace muster::agent {
namespace {

// A caller that commands: brokers and nodes never do.
bool may_command(security::Role role) {
  return role == security::Role::operator_ || role == security::Role::orchestrator;
}

void audit(const v1::Request& request, std::string_view verdict, const std::string& why) {
  log::info("request", {{"verdict", std::string(verdict)},
                        {"id", request.id()},
                        {"caller", request.caller()},
                        {"agent", request.agent()},
                        {"action", request.action()},
                        {"why", why}});
}

}  // namespace

RequestGate::RequestGate(GateContext context, GateStatistics& statistics)
    : context_(std::move(context)),
      statistics_(statistics),
      replay_(context_.clock, context_.clock.unix_ms()) {}

void RequestGate::drop_unverified(const Error& why) {
  // One line for the first and then for every thousandth: whoever floods us must not fill the log
  // as well.
  constexpr std::uint64_t kLoggedEach = 1000;
  if (statistics_.unverified++ % kLoggedEach == 0)
    log::warning("request not verified, dropped", {{"why", why.message}});
}

std::optional<v1::Request> RequestGate::verified(std::string_view message, security::Role& role) {
  auto opened = security::open(message, envelope::Kind::request, context_.operators);
  if (!opened) return drop_unverified(opened.error()), std::nullopt;
  auto request = envelope::unpack<v1::Request>(opened->body, "request");
  if (!request) return drop_unverified(request.error()), std::nullopt;
  if (request->caller() != opened->signer || !may_command(opened->role)) {
    drop_unverified(Error{Errc::refused,
                          fmt::format("request says it is from {}, signed by {} ({})",
                                      base::quoted(request->caller()), base::quoted(opened->signer),
                                      security::name_of(opened->role))});
    return std::nullopt;
  }
  role = opened->role;
  return std::move(*request);
}

bool RequestGate::meant_for_us(const v1::Request& request, bool direct) const {
  const auto& targets = request.targets();
  const bool named = std::find(targets.begin(), targets.end(), context_.identity) != targets.end();
  // A request signed for one node must not be carried to another, nor a broadcast to a single
  // topic.
  return named || (targets.empty() && !direct);
}

bool RequestGate::fresh(Admitted& admitted) {
  const auto& request = admitted.request;
  auto status =
      replay_.admit(request.id(), request.sent_at_ms(), std::int64_t{request.ttl_s()} * 1000);
  if (status) return true;
  admitted.refusal = status.error();
  const bool late = status.error().code == Errc::expired;
  ++(late ? statistics_.expired : statistics_.refused);
  audit(request, late ? "expired" : "refused", status.error().message);
  admitted.outcome = late ? v1::OUTCOME_EXPIRED : v1::OUTCOME_REFUSED;
  return false;
}

Status RequestGate::allowed(Admitted& admitted) const {
  const auto& request = admitted.request;
  auto* agent = context_.agents.find(request.agent());
  if (agent == nullptr)
    return fail(Errc::unknown_action,
                fmt::format("no agent {} on {}{}", base::quoted(request.agent()), context_.identity,
                            base::hint_for(request.agent(), context_.agents.names())));
  if (auto status = context_.policy(request, admitted.role); !status) {
    admitted.outcome = v1::OUTCOME_REFUSED;
    return status;
  }
  Value arguments = Value::object();
  if (request.has_arguments()) {
    MUSTER_ASSIGN(arguments, envelope::decode_value(request.arguments()));
  }
  MUSTER_ASSIGN(admitted.inputs, ddl::check_inputs(agent->ddl(), request.action(), arguments));
  admitted.agent = agent;
  return {};
}

std::optional<Admitted> RequestGate::admit(std::string_view message, bool direct) {
  ++statistics_.received;
  Admitted admitted;
  auto request = verified(message, admitted.role);
  if (!request) return std::nullopt;
  admitted.request = std::move(*request);
  if (!meant_for_us(admitted.request, direct)) return ++statistics_.filtered, std::nullopt;
  if (!fresh(admitted)) {
    // A late one may be answered; a replay may not, or an attacker could make us talk.
    if (admitted.outcome == v1::OUTCOME_EXPIRED) return admitted;
    return std::nullopt;
  }
  const auto collectives = context_.collectives();
  if (std::find(collectives.begin(), collectives.end(), admitted.request.collective()) ==
      collectives.end())
    return ++statistics_.filtered, std::nullopt;

  auto filter = filter::Filter::parse(filter::from_wire(admitted.request.filter()));
  if (!filter) {
    admitted.refusal = filter.error();
    return admitted;
  }
  const auto facts = context_.facts();
  const auto classes = context_.classes();
  filter::Subject subject;
  subject.identity = context_.identity;
  subject.facts = facts.get();
  subject.classes = &classes;
  subject.agents = &context_.agents.names();
  if (!filter->matches(subject)) return ++statistics_.filtered, std::nullopt;

  if (auto status = allowed(admitted); !status) {
    admitted.refusal = status.error();
    ++statistics_.refused;
    audit(admitted.request, "refused", status.error().message);
    return admitted;
  }
  ++statistics_.passed;
  if (admitted.request.agent() != "rpcutil") audit(admitted.request, "allowed", "");
  return admitted;
}

}  // namespace muster::agent
