// The checks that stand between a message and an action, in the order of docs/LIFE_OF_A_REQUEST.md:
// size, signature, chain, caller, target, collective, whether it was seen, filter, ttl and clock,
// agent, policy, DDL, room in the replay window, approvals not used yet, audit. Only what passes
// them enters the window.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node-agent/dispatch/agent_table.hpp"
#include "node-agent/dispatch/data_table.hpp"
#include "node-agent/dispatch/unadmitted.hpp"
#include "proto/approval/checker.hpp"
#include "proto/audit/audit_log.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"
#include "proto/filter/fwd.hpp"
#include "proto/filter/subject.hpp"
#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"
#include "proto/security/replay_window.hpp"
#include "proto/security/trust.hpp"

namespace muster::agent {

// Counters for rpcutil#daemon_stats. Thread-safe.
struct GateStatistics {
  std::atomic<std::uint64_t> received{0};
  std::atomic<std::uint64_t> passed{0};
  std::atomic<std::uint64_t> filtered{0};    // not meant for this node
  std::atomic<std::uint64_t> unverified{0};  // not answered: nobody knows who asked
  std::atomic<std::uint64_t> refused{0};     // replays, malformed, no such agent, policy, inputs
  std::atomic<std::uint64_t> expired{0};
  std::atomic<std::uint64_t> busy{0};  // a queue or the replay window was full
  std::atomic<std::uint64_t> replies{0};
  std::atomic<std::uint64_t> data_failed{0};  // data functions of filters that gave no answer
};

// A request that passed, that is answered with a refusal, or whose filter asks data plugins.
struct Admitted {
  messages::Request request;
  security::Role role = security::Role::none;
  Value inputs;                           // with the DDL's defaults, when it is to run
  std::shared_ptr<plugins::Agent> agent;  // null: answer with `refusal`
  messages::Outcome outcome = messages::Outcome::answered;
  Error refusal;
  // Set: nothing is decided before RequestGate::judge() has asked the data plugins. All else of the
  // filter holds for this node.
  std::shared_ptr<const filter::Filter> undecided;
  std::shared_ptr<const void> judging;          // of an undecided one: see Unadmitted::judging()
  std::string decided_by;                       // the policy's file and line
  std::string needs_approval;                   // "2 of admins": what a refused one lacks
  std::vector<std::string> approved_by;         // "cert=NAME": without whom it were refused
  std::optional<approval::Statement> approved;  // what they approved, to be used up
  std::chrono::steady_clock::time_point received{};  // set by whoever took the message
};

struct PolicyAnswer {
  Status allowed;                                    // an Error says who may not do what, where
  std::string decided_by;                            // file and line
  std::string needs_approval = {};                   // "2 of admins", when that is what is missing
  std::vector<std::string> approved_by = {};         // "cert=NAME": whose approvals made it allowed
  std::optional<approval::Statement> approved = {};  // what they approved
};

// What the gate asks of its surroundings. All callbacks are thread-safe.
struct GateContext {
  const std::string& identity;
  const base::Clock& clock;
  const security::Trust& operators;
  const AgentTable& agents;
  security::ReplayWindow& replay;
  std::function<std::vector<std::string>()> collectives;
  std::function<std::shared_ptr<const Value>()> facts;
  std::function<std::vector<std::string>()> classes;
  std::function<PolicyAnswer(const messages::Request&, security::Role)> policy;
  audit::AuditLog& audit;
  const DataTable* data = nullptr;  // null: data functions have no answer here
  // Whether the caller of a request may ask this data plugin that; asked before the plugin is. Not
  // set: every caller may ask all.
  std::function<Status(const messages::Request&, security::Role, std::string_view name,
                       const std::optional<std::string>& argument)>
      data_policy = {};
  approval::Checker* approvals = nullptr;  // null: nothing that needs one is carried out
};

// An undecided request has at least this long to be judged, also when neither its agent nor its
// plugins are here.
inline constexpr std::chrono::seconds kLeastJudgement{5};

class RequestGate {
 public:
  RequestGate(GateContext context, GateStatistics& statistics);

  // Nothing when the message is to be dropped: not verified, a replay, not for this node, or refused
  // to a caller who has had too many answers.
  // `direct` says that it came on the node's own topic or in the join zone, where a target must
  // name this node. `sender`: see request::open.
  std::optional<Admitted> admit(std::string_view message, bool direct,
                                std::string_view sender = {});

  // The rest for an undecided one, on a thread that may block: asks the data plugins, none after
  // `deadline`, then goes on as admit() does. But when `wanted`, asked once after the plugins, says
  // no, nobody waits any more: nothing is recorded, and there is no answer. Thread-safe.
  std::optional<Admitted> judge(const Admitted& undecided,
                                std::chrono::steady_clock::time_point deadline,
                                const std::function<bool()>& wanted);

  // Whether the caller of one for which there is no room, or no time, is told so.
  bool answers_busy(const Admitted& admitted);

  // How long a request may take: as its action's description says, and the data plugins that are
  // still to be asked; or as it says itself, when that is shorter.
  std::chrono::seconds limit(const Admitted& admitted) const;

 private:
  std::optional<messages::Request> verified(std::string_view message, std::string_view sender,
                                            security::Role& role);
  bool is_replay(const messages::Request& request);
  std::optional<Admitted> judge_filter(Admitted admitted);
  bool meant_for_us(const messages::Request& request, bool direct) const;
  bool in_our_collective(const messages::Request& request) const;
  bool matches(const filter::Filter& filter, const filter::DataSource* data) const;
  // Nothing, unless the caller wants to know.
  std::optional<Admitted> mismatch(Admitted admitted, const std::string& no_answer);
  // What comes after the filter: time, agent, policy, inputs, the replay window.
  std::optional<Admitted> decide(Admitted admitted);
  // Counted and recorded; to be answered, unless the caller has had too many answers.
  std::optional<Admitted> refuse(Admitted admitted, Error why);
  // What the replay window said: a replay is dropped, all else refused.
  std::optional<Admitted> not_fresh(Admitted admitted, Error why);
  void drop_replay(const messages::Request& request, const std::string& why);
  Status allowed(Admitted& admitted) const;
  // Of a request that needed approvals: from now on they are used.
  Status use_approvals(const Admitted& admitted) const;
  void drop_unverified(const Error& why);
  Status record(const Admitted& admitted, audit::Verdict verdict, const std::string& why) const;

  GateContext context_;
  GateStatistics& statistics_;
  Unadmitted unadmitted_;
  base::Throttle log_;
};

}  // namespace muster::agent
