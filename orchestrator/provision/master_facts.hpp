// The facts that choose masters, asked of the masters themselves: presence holds some facts only.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "orchestrator/client/caller.hpp"
#include "orchestrator/provision/master_choice.hpp"

namespace muster::provision {

// By master; each a map of what it has, by dotted path. A master that did not answer is not in it.
using FactsOfMasters = std::map<std::string, Value>;

// A question for `facts` (names) under way to `masters`, so that others can be asked beside it.
class FactsQuestion {
 public:
  // Nothing to ask: take() gives nothing then.
  FactsQuestion() = default;
  static Result<FactsQuestion> ask(client::Caller& caller, const std::vector<std::string>& masters,
                                   const std::vector<std::string>& facts,
                                   std::chrono::milliseconds patience);
  // Blocks until all have answered, or `patience` is over. Who did not is logged.
  FactsOfMasters take();

 private:
  std::shared_ptr<client::Caller::Pending> pending_;
};

// `presence` without what it says of `facts`, and with `own` in its place.
Value with_own_facts(Value presence, const std::vector<std::string>& facts, const Value& own);

// Logs which of `facts` no candidate has: a workflow that names one chooses by the others, or not at all.
void tell_unknown_facts(const std::vector<Candidate>& candidates,
                        const std::vector<std::string>& facts);

}  // namespace muster::provision
