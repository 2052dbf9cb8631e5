#include "orchestrator/provision/live/master_facts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "proto/base/log.hpp"
#include "proto/filter/find_fact.hpp"

namespace muster::provision {

namespace {

// Null: it did not answer with facts.
const Value* facts_in(const client::NodeResult& answer) {
  if (answer.outcome != client::Outcome::ok || !answer.data.is_object()) return nullptr;
  const auto values = answer.data.find("values");
  return values != answer.data.end() && values->is_object() ? &*values : nullptr;
}

FactsOfMasters facts_of(const client::CallResult& answers) {
  FactsOfMasters told;
  for (const auto& answer : answers.results) {
    const auto* values = facts_in(answer);
    if (values == nullptr) {
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

}  // namespace

loop::Task<FactsOfMasters> ask_facts(Asker& asker, std::vector<std::string> masters,
                                     std::vector<std::string> facts,
                                     std::chrono::milliseconds patience) {
  if (masters.empty() || facts.empty()) co_return FactsOfMasters();
  Question question{"rpcutil", "get_facts",
                    Value{{"facts", fmt::format("{}", fmt::join(facts, ","))}}, patience};
  auto asked = asker.ask(std::move(masters), std::nullopt, std::move(question));
  const auto answers = co_await asked;
  if (answers) co_return facts_of(*answers);
  log::warning("cannot ask masters for their facts", {{"why", answers.error().message}});
  co_return FactsOfMasters();
}

Value with_own_facts(Value presence, const std::vector<std::string>& facts, const Value& own) {
  for (const auto& fact : facts) presence.erase(fact);
  for (const auto& fact : facts)
    if (const auto* value = filter::find_fact(own, fact)) presence[fact] = *value;
  return presence;
}

void tell_unknown_facts(const std::vector<MasterCandidate>& candidates,
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
