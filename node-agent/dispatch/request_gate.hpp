// The checks that stand between a message and an action, in the order of docs/LIFE_OF_A_REQUEST.md:
// size, signature, chain, caller, target, ttl and clock, replay window, collective, filter, agent,
// policy, DDL.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node-agent/dispatch/agent_table.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"
#include "proto/schema/muster.pb.h"
#include "proto/security/replay_window.hpp"
#include "proto/security/trust_store.hpp"

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
};

// A request that passed, or that is answered with a refusal.
struct Admitted {
  v1::Request request;
  security::Role role = security::Role::none;
  Value inputs;                     // with the DDL's defaults, when it is to run
  plugins::Agent* agent = nullptr;  // null: answer with `refusal`
  v1::Outcome outcome = v1::OUTCOME_ANSWERED;
  Error refusal;
};

// What the gate asks of its surroundings. All callbacks are thread-safe.
struct GateContext {
  const std::string& identity;
  const base::Clock& clock;
  const security::TrustStore& operators;
  const AgentTable& agents;
  security::ReplayWindow& replay;
  std::function<std::vector<std::string>()> collectives;
  std::function<std::shared_ptr<const Value>()> facts;
  std::function<std::vector<std::string>()> classes;
  // An Error when the policy does not allow it; the message says which file and line decided.
  std::function<Status(const v1::Request&, security::Role)> policy;
};

class RequestGate {
 public:
  RequestGate(GateContext context, GateStatistics& statistics);

  // Nothing when the message is to be dropped: not verified, a replay, or not for this node.
  // `direct` says that it came on the node's own topic or in the join zone, where a target must
  // name this node.
  std::optional<Admitted> admit(std::string_view message, bool direct);

 private:
  std::optional<v1::Request> verified(std::string_view message, security::Role& role);
  bool meant_for_us(const v1::Request& request, bool direct) const;
  bool in_our_collective(const v1::Request& request) const;
  // Whether the filter matches this node.
  Result<bool> chosen(const v1::Request& request) const;
  // Nothing, unless the caller wants to know.
  std::optional<Admitted> mismatch(Admitted admitted);
  // Counted and logged, to be answered.
  Admitted refuse(Admitted admitted, Error why);
  Status allowed(Admitted& admitted) const;
  void drop_unverified(const Error& why);

  GateContext context_;
  GateStatistics& statistics_;
};

}  // namespace muster::agent
