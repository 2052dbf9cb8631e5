#include "orchestrator/provision/master_facts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "proto/base/log.hpp"
#include "proto/filter/find_fact.hpp"

namespace muster::provision {

Result<FactsQuestion> FactsQuestion::ask(client::Caller& caller,
                                         const std::vector<std::string>& masters,
                                         const std::vector<std::string>& facts,
                                         std::chrono::milliseconds patience) {
  FactsQuestion question;
  if (masters.empty() || facts.empty()) return question;
  client::Call call;
  call.agent = "rpcutil";
  call.action = "get_facts";
  call.arguments = {{"facts", fmt::format("{}", fmt::join(facts, ","))}};
  call.targets = masters;
  call.timeout = patience;
  MUSTER_ASSIGN(question.pending_, caller.begin(call));
  question.pending_->all_expected();
  return question;
}

FactsOfMasters FactsQuestion::take() {
  FactsOfMasters told;
  if (!pending_) return told;
  const auto answers = pending_->wait();
  for (const auto& answer : answers.results) {
    const auto values = answer.data.is_object() ? answer.data.find("values") : answer.data.end();
    const bool answered = answer.outcome == client::Outcome::ok && answer.data.is_object() &&
                          values != answer.data.end() && values->is_object();
    if (!answered) {
      log::warning(
          "a master does not tell the facts that the workflow names; what its presence "
          "says of them counts",
          {{"master", answer.identity},
           {"why",
            answer.message.empty() ? std::string(name_of(answer.outcome)) : answer.message}});
      continue;
    }
    auto& own = told.emplace(answer.identity, Value::object()).first->second;
    for (const auto& [name, value] : values->items())
      if (!value.is_null()) own[name] = value;
  }
  return told;
}

Value with_own_facts(Value presence, const std::vector<std::string>& facts, const Value& own) {
  for (const auto& fact : facts) presence.erase(fact);
  for (const auto& fact : facts)
    if (const auto* value = filter::find_fact(own, fact)) presence[fact] = *value;
  return presence;
}

void tell_unknown_facts(const std::vector<Candidate>& candidates,
                        const std::vector<std::string>& facts) {
  if (candidates.empty()) return;
  const auto unknown = facts_of_none(candidates, facts);
  if (unknown.empty()) return;
  const auto names = fmt::format("{}", fmt::join(unknown, ", "));
  if (unknown.size() == facts.size())
    log::warning("no master has any of the facts by which the workflow chooses one",
                 {{"facts", names}});
  else
    log::info("no master has some of the facts by which the workflow chooses one",
              {{"facts", names}});
}

}  // namespace muster::provision
