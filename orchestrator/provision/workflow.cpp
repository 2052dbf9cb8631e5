#include "orchestrator/provision/workflow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "orchestrator/provision/step_check.hpp"
#include "orchestrator/provision/variables.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/base/strict_yaml.hpp"
#include "proto/x509/key.hpp"

namespace muster::provision {
namespace {

constexpr std::int64_t kTimeoutMaxS = 24 * 3600;

// A word out of a table, or a complaint with the nearest.
template <class T>
void word(base::StrictMap& map, std::string_view key,
          const std::vector<std::pair<std::string, T>>& table, T& out) {
  if (!map.has(key)) return;
  std::string text;
  map.text(key, text);
  std::vector<std::string> known;
  for (const auto& [name, value] : table) {
    if (name == text) {
      out = value;
      return;
    }
    known.push_back(name);
  }
  map.complain(
      key, fmt::format("unknown {} {}{}", key, base::quoted(text), base::hint_for(text, known)));
}

void seconds(base::StrictMap& map, std::string_view key, std::chrono::milliseconds& out) {
  std::int64_t value = out.count() / 1000;
  map.integer(key, value, 1, kTimeoutMaxS);
  out = std::chrono::seconds(value);
}

void read_call(base::StrictMap& map, Step& step) {
  std::string call;
  map.text("call", call);
  const auto hash = call.find('#');
  if (hash == std::string::npos || hash == 0 || hash + 1 == call.size()) {
    map.complain("call", fmt::format("'call' must be agent#action, not {}", base::quoted(call)));
    return;
  }
  step.agent = call.substr(0, hash);
  step.action = call.substr(hash + 1);
}

void read_kind(base::StrictMap& map, Step& step) {
  if (map.has("do") == map.has("call")) {
    map.complain("name",
                 "a step has either 'do' (a step of the orchestrator) or 'call' (agent#action)");
    return;
  }
  if (map.has("call")) return read_call(map, step);
  word<Kind>(map, "do",
             {{"claim", Kind::claim},
              {"pick-master", Kind::pick_master},
              {"enter-collective", Kind::enter_collective},
              {"puppet-run", Kind::puppet_run},
              {"notify", Kind::notify}},
             step.kind);
}

Step read_step(base::StrictMap& map) {
  Step step;
  step.arguments = Value::object();
  map.text("name", step.name);
  if (auto ok = base::check_word("step", step.name); !ok) map.complain("name", ok.error().message);
  read_kind(map, step);
  word<Where>(
      map, "on",
      {{"node", Where::node}, {"master", Where::master}, {"all-masters", Where::all_masters}},
      step.where);
  word<When>(map, "when",
             {{"always", When::always}, {"joining", When::joining}, {"member", When::member}},
             step.when);
  word<OnFailure>(map, "on_failure",
                  {{"retry", OnFailure::retry},
                   {"other-master", OnFailure::other_master},
                   {"fail", OnFailure::fail}},
                  step.on_failure);
  if (step.kind == Kind::pick_master) {
    map.texts("facts", step.facts);
    word<Otherwise>(map, "otherwise", {{"any", Otherwise::any}, {"fail", Otherwise::fail}},
                    step.otherwise);
  }
  map.any("with", step.arguments);
  map.texts("save", step.save);
  seconds(map, "timeout_s", step.timeout);
  seconds(map, "backoff_s", step.backoff);
  std::int64_t tries = step.tries;
  map.integer("tries", tries, 1, kTriesMax);
  step.tries = static_cast<std::uint32_t>(tries);
  if (auto ok = check_step(step); !ok)
    map.complain(map.has("with") ? "with" : "name", ok.error().message);
  return step;
}

// What the engine relies on: a lease first, a master before anything that needs one, names that
// tell steps apart.
void check_order(base::StrictMap& map, const Workflow& workflow) {
  const auto& steps = workflow.steps;
  if (steps.empty() || steps.front().kind != Kind::claim)
    return map.complain("steps", "the first step must be 'do: claim'");
  if (steps.size() > kStepsMax)
    return map.complain("steps", fmt::format("{} steps; the limit is {}", steps.size(), kStepsMax));
  std::set<std::string> seen;
  bool master = false;
  for (const auto& step : steps) {
    if (!seen.insert(step.name).second)
      map.complain("steps", fmt::format("two steps are named '{}'", step.name));
    master = master || step.kind == Kind::pick_master;
    const bool needs_master =
        step.where == Where::master || step.on_failure == OnFailure::other_master;
    if (needs_master && !master)
      map.complain("steps",
                   fmt::format("step '{}' needs a master, but no 'do: pick-master' comes before it",
                               step.name));
  }
}

// Each is there when its step comes: from the start, from the choice of a master, or saved by an earlier step.
void check_variables(base::StrictMap& map, const Workflow& workflow) {
  Variables known;
  for (const auto* name : kFirstVariables) known[name] = "";
  for (const auto& step : workflow.steps) {
    if (const auto filled = expand(step.arguments, known); !filled)
      map.complain("steps", fmt::format("step '{}': {}", step.name, filled.error().message));
    if (step.kind == Kind::pick_master)
      for (const auto* name : {"master", "master_address", "master_ca"}) known[name] = "";
    for (const auto& name : step.save) known[name] = "";
  }
}

Result<Workflow> read_workflow(base::StrictMap map) {
  Workflow workflow;
  map.text("name", workflow.name);
  if (auto ok = base::check_word("workflow", workflow.name); !ok)
    map.complain("name", ok.error().message);
  std::int64_t attempts = workflow.attempts;
  map.integer("attempts", attempts, 1, kAttemptsMax);
  workflow.attempts = static_cast<std::uint32_t>(attempts);
  std::int64_t lease = workflow.lease.count();
  map.integer("lease_s", lease, 10, 3600);
  workflow.lease = std::chrono::seconds(lease);
  seconds(map, "retry_first_s", workflow.retry_first);
  seconds(map, "retry_most_s", workflow.retry_most);
  map.maps("steps", [&](base::StrictMap& inner) { workflow.steps.push_back(read_step(inner)); });
  check_order(map, workflow);
  check_variables(map, workflow);
  MUSTER_TRY(map.finish());
  return workflow;
}

}  // namespace

std::size_t Workflow::index_of(std::string_view step) const {
  const auto at =
      std::find_if(steps.begin(), steps.end(), [&](const Step& s) { return s.name == step; });
  return static_cast<std::size_t>(at - steps.begin());
}

std::vector<std::string> Workflow::facts_of_masters() const {
  std::vector<std::string> facts;
  for (const auto& step : steps)
    for (const auto& fact : step.facts)
      if (std::find(facts.begin(), facts.end(), fact) == facts.end()) facts.push_back(fact);
  return facts;
}

Result<Workflow> parse_workflow(std::string_view text, const std::string& name) {
  MUSTER_ASSIGN(auto map, base::StrictMap::from_text(text, name));
  MUSTER_ASSIGN(auto workflow, read_workflow(std::move(map)));
  workflow.hash = x509::sha256_hex(text);
  return workflow;
}

}  // namespace muster::provision
