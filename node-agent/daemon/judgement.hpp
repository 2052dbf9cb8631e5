// What the policies of this node say of requests, and of the data functions in their filters.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node-agent/dispatch/request_gate.hpp"
#include "proto/approval/checker.hpp"
#include "proto/messages/request.hpp"
#include "proto/policy/policy_store.hpp"

namespace muster::agent {

// Thread-safe, as its parts are; they must outlive it.
class Judgement {
 public:
  struct Node {
    const std::string& identity;
    const base::Clock& clock;
    const AgentTable& agents;
    const policy::PolicyStore& policies;
    std::function<std::shared_ptr<const Value>()> facts;
    std::function<std::vector<std::string>()> classes;
    const approval::Checker* approvals = nullptr;  // null: no approval counts
    // Whether `facts` has all of them: until programs have told theirs, a deny that asks for one of those would not
    // match, so a policy that asks for any denies. Null: always.
    std::function<bool()> facts_gathered = {};
  };
  explicit Judgement(Node node) : node_(std::move(node)) {}

  // Of a verified request: its agent's policy with the arguments as the action would get them, and
  // for rpcutil#get_data the policy of the data plugin that it names as well. Approvals count for the
  // agent's policy alone.
  PolicyAnswer action(const messages::Request& request, security::Role role) const;
  // Whether the caller of `request` may ask the data plugin `name`. Errc::refused, with who may not
  // ask what, where.
  Status data(const messages::Request& request, security::Role role, std::string_view name,
              const std::optional<std::string>& argument) const;

 private:
  // Fills in caller, node and time; what they point to ends with the call.
  policy::Decision decide(const messages::Request& request, security::Role role,
                          std::string_view of, policy::Question& question) const;

  Node node_;
};

}  // namespace muster::agent
