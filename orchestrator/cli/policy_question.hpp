// What an operator wants to know of policies: would a node allow this?
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/cli/policy_files.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/policy/policy.hpp"

namespace muster::cli {

inline constexpr std::string_view kPoliciesFolder = "/etc/muster/policies";

struct PolicyQuestion {
  std::filesystem::path policies = kPoliciesFolder;  // a node's folder, or one policy
  std::filesystem::path groups;                      // empty: beside the policies
  std::string caller;                                // "cert=alice"
  std::string role = "operator";
  std::string agent;
  std::string action;
  Value facts;
  std::vector<std::string> classes;
  std::vector<std::string> arguments;    // "key=value", converted by the agent's description
  std::string time;                      // "2026-11-28T22:00:00Z"; empty: now
  bool lease = false;                    // the caller holds the node's lease
  bool filtered = false;                 // the request has a filter
  std::size_t targets = 0;               // how many nodes it names; 0: none
  bool confirmed = false;                // it was sent with --yes
  std::vector<std::string> approved_by;  // "cert=NAME"
};

// As a node would decide it. `agent` may be "data.PLUGIN", with the action `query`. Errc::config:
// caller, role, agent, action or time are none, or arguments that the agent, as far as this machine
// knows it, does not take.
Result<policy::Decision> ask_policy(const PolicyQuestion& question);

}  // namespace muster::cli
