// What templates and conditions name while a node is provisioned.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::workflow {

// By dotted name: node.identity, node.facts.os.family, master.address, steps.sign-certificate.fingerprint. Facts are shared, not copied:
// thousands of nodes are in flight. Not thread-safe.
class Values {
 public:
  using Facts = std::shared_ptr<const Value>;

  // A name without facts below it.
  void set(const std::string& name, Value value) { single_[name] = std::move(value); }
  // `name`: node.facts, master.facts. Never null.
  void set_facts(const std::string& name, Facts facts) { facts_[name] = std::move(facts); }
  // What a step answered: it is to be done again, and what it said was of another master.
  void forget_outputs_of(const std::string& step);

  // Null: it is not there. Parts of a map or list by further names: steps.look.values.country.
  const Value* find(std::string_view name) const;

 private:
  std::map<std::string, Value, std::less<>> single_;
  std::map<std::string, Facts, std::less<>> facts_;
};

}  // namespace muster::workflow
