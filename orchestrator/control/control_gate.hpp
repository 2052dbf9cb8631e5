// The checks between a message and a change of trust or of the fleet: size, signature, chain and
// role, orchestrator, collective, whether it was seen, ttl and clock, policy, inputs, room in the replay window,
// approvals not used yet, audit. docs/PROTOCOL.md, "Requests to orchestrators".
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/approval/checker.hpp"
#include "proto/audit/audit_log.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/ddl/ddl.hpp"
#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"
#include "proto/policy/policy_store.hpp"
#include "proto/request/refused_ids.hpp"
#include "proto/request/signed_request.hpp"
#include "proto/security/replay_window.hpp"
#include "proto/security/trust.hpp"

namespace muster::control {

inline constexpr std::string_view kAgent = "orchestrator";  // of its description and its policy

struct Judged {
  messages::Request request;
  security::Role role = security::Role::none;
  Value inputs;                                             // with the description's defaults
  messages::Outcome outcome = messages::Outcome::answered;  // of a refusal
  std::optional<Error> refusal;                             // to be answered with
  std::string decided_by;                                   // the policy's file and line
  std::string needs_approval = {};                   // "2 of admins": what a refused one lacks
  std::vector<std::string> approved_by = {};         // "cert=NAME": without whom it were refused
  std::optional<approval::Statement> approved = {};  // what they approved, to be used up
};

// Borrowed but for the names.
struct GateContext {
  std::string name;        // this orchestrator's
  std::string collective;  // the one that it serves
  const security::Trust& commanding;
  const policy::PolicyStore& policies;
  security::ReplayWindow& replay;
  audit::AuditLog& audit;
  approval::Checker* approvals = nullptr;  // null: nothing that needs one is carried out
};

// Not thread-safe: one thread judges.
class ControlGate {
 public:
  // Errc::invalid_data when the built-in description is damaged.
  static Result<ControlGate> create(GateContext context);

  // Nothing when the message gets no answer: it does not verify, was here before, or is another
  // orchestrator's. `direct`: it came on this orchestrator's own topic, where its target must be
  // named. `sender`: the caller whom the topic names. Every judged request is in the audit when this
  // returns.
  std::optional<Judged> admit(std::string_view message, bool direct, std::string_view sender);

 private:
  ControlGate(GateContext context, ddl::Agent description)
      : context_(std::move(context)),
        description_(std::move(description)),
        refused_(std::make_unique<request::RefusedIds>()) {}
  bool meant_for_us(const messages::Request& request, bool direct) const;
  Status allowed(Judged& judged) const;
  policy::Decision ask_policy(Judged& judged, const Value& arguments) const;
  // Of a request that needed approvals: from now on they are used.
  Status use_approvals(const Judged& judged) const;
  // Told, and never answered: a recorded message could make us talk as often as it is sent again.
  bool is_replay(const messages::Request& request) const;
  std::optional<Judged> drop_replay(const messages::Request& request, const std::string& why) const;
  // What the replay window said: a replay is dropped, all else refused.
  std::optional<Judged> not_fresh(Judged judged, Error why) const;
  Judged refuse(Judged judged, Error why) const;
  Status record(const Judged& judged, audit::Verdict verdict, const std::string& why) const;

  GateContext context_;
  ddl::Agent description_;
  std::unique_ptr<request::RefusedIds> refused_;
};

}  // namespace muster::control
