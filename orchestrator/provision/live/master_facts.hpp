// The facts that choose masters, asked of the masters themselves: presence holds some facts only.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "orchestrator/provision/live/asker.hpp"
#include "orchestrator/provision/master_choice.hpp"

namespace muster::provision {

// By master; each a map of what it has, by dotted path. A master that did not answer is not in it.
using FactsOfMasters = std::map<std::string, Value>;

// Asks `masters` for `facts` (names); nothing to ask gives nothing. Who did not answer within `patience` is logged. The
// asker must outlive the task.
loop::Task<FactsOfMasters> ask_facts(Asker& asker, std::vector<std::string> masters,
                                     std::vector<std::string> facts,
                                     std::chrono::milliseconds patience);

// `presence` without what it says of `facts`, and with `own` in its place.
Value with_own_facts(Value presence, const std::vector<std::string>& facts, const Value& own);

// Logs which of `facts` no candidate has: a workflow that names one chooses by the others, or not at all.
void tell_unknown_facts(const std::vector<MasterCandidate>& candidates,
                        const std::vector<std::string>& facts);

}  // namespace muster::provision
