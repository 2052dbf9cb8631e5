// What the orchestrator's own policy lets one asker of the registry hear.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "orchestrator/registry/answers.hpp"
#include "proto/messages/registry.hpp"
#include "proto/policy/policy_store.hpp"

namespace muster::registry {

// Of one question; what it is made of must outlive it.
class Permission {
 public:
  Permission(const Answering& context, const messages::RegistryRequest& request,
             security::Role role);

  // Whether nodes differ for it, so that each has to be judged; else ask() has said all.
  bool each_node() const { return each_node_; }
  // Whether its answer depends on how many nodes are named.
  bool limits() const { return limits_; }
  // Errc::refused, with the policy's line, when the asker may hear of no node at all.
  Status ask() const;
  // Judged with the facts and classes that the node registered; where nodes differ, one that cannot be
  // read, or left some out, is not told.
  bool hear(const Stored& stored) const;
  // How many nodes the asker may hear of, whatever the filter.
  Result<std::uint64_t> count() const;
  // Errc::refused when all pages of the answer together name more nodes than the strictest line for
  // one of them allows, and the asker has not confirmed it. `named` says what the filter chooses.
  // Reads every node, but only where the policy has such a line.
  Status few_enough(const std::function<bool(const Stored&)>& named) const;

 private:
  policy::Decision decide(const Value& facts, const std::vector<std::string>& classes) const;
  policy::Decision judge(const Stored& stored) const;
  Status each(const std::function<void(const Stored&)>& visit) const;
  Status refuse(const std::string& why) const;

  const Answering& context_;
  const messages::RegistryRequest& request_;
  const std::string id_;
  const security::Role role_;
  const bool each_node_;
  const bool limits_;  // how many nodes are named matters
  policy::Scope scope_;
};

}  // namespace muster::registry
