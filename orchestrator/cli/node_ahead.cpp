#include "orchestrator/cli/node_ahead.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace muster::cli {
namespace {

using workflow::Workflow;

bool is_over(const client::Record& record) {
  return record.state == "finished" || record.state == "refused";
}

// By the hash of its text: it finishes with the one that it began with.
bool is_in_another(const Workflow& workflow, const NodeNow& now) {
  return now.record && !is_over(*now.record) && !now.record->workflow_hash.empty() &&
         now.record->workflow_hash != workflow.hash;
}

bool goes_on(const Workflow& workflow, const NodeNow& now) {
  return now.record && !is_over(*now.record) && !is_in_another(workflow, now);
}

const workflow::Step* choosing(const Workflow& workflow) {
  const auto at = std::find_if(
      workflow.steps.begin(), workflow.steps.end(),
      [](const workflow::Step& step) { return workflow::kind_of(step.kind).gives_master; });
  return at == workflow.steps.end() ? nullptr : &*at;
}

std::string next_of(const NodeNow& now) {
  const auto& node = now.identity;
  if (!now.record)
    return fmt::format(
        "nothing by itself: no orchestrator has told of it. With 'muster provision "
        "again {}' it begins",
        node);
  const auto& record = *now.record;
  if (record.state == "running")
    return fmt::format("{} is at it, with {}", record.orchestrator,
                       record.step.empty() ? "no step yet" : record.step);
  if (record.state == "finished")
    return fmt::format("nothing: it is finished. With 'muster provision again {}' it begins anew",
                       node);
  if (record.state == "failed" || record.state == client::kCancelled)
    return fmt::format("nothing by itself: {}. With 'muster provision retry {}' it goes on",
                       record.state, node);
  if (record.state == "refused") return "nothing, until it comes with a good token";
  return "it goes on by itself";
}

std::string note_of(const Workflow& workflow, const NodeNow& now) {
  if (!is_in_another(workflow, now)) return "";
  return fmt::format(
      "it finishes with the workflow that it began with, {} {:.12}. This is what "
      "'muster provision again {}' begins",
      now.record->workflow, now.record->workflow_hash, now.identity);
}

workflow::KnownOfNode known_of(const Workflow& workflow, const NodeNow& now) {
  workflow::KnownOfNode known;
  known.is_joining = now.is_joining();
  known.values.set("node.identity", now.identity);
  if (!now.facts.is_null())
    known.values.set_facts("node.facts", std::make_shared<const Value>(now.facts));
  if (!goes_on(workflow, now)) return known;
  known.finished = now.record->finished;
  known.goes_on = now.record->state == "running";
  if (now.record->master.empty()) return known;
  known.values.set("master.identity", now.record->master);
  if (!now.master) return known;
  known.values.set("master.address", now.master->address);
  known.values.set_facts("master.facts", std::make_shared<const Value>(now.master->facts));
  return known;
}

// A member's certificate ties it to the master whose CA issued it.
std::vector<MasterTurn> own_master(const NodeNow& now) {
  std::vector<MasterTurn> turns;
  for (const auto& [candidate, ca] : now.masters) {
    if (ca != now.ca)
      turns.push_back({candidate.identity, 0, "another CA issued the node's certificate"});
    else if (candidate.healthy)
      turns.push_back({candidate.identity, 1, "its CA issued the node's certificate"});
    else
      turns.push_back({candidate.identity, 0,
                       "its CA issued the node's certificate, but " + candidate.ill_because});
  }
  return turns;
}

// As the first is chosen, then the next without it. Without the node's facts, by their load alone.
void add_chosen(const workflow::Step& step, const NodeNow& now,
                const std::vector<provision::MasterCandidate>& candidates,
                provision::Exclusions excluded, std::vector<MasterTurn>& turns) {
  const bool known = !now.facts.is_null();
  const auto facts = known ? now.facts : Value::object();
  const auto priority = known ? step.facts : std::vector<std::string>();
  const auto otherwise = known ? step.otherwise : workflow::Otherwise::any;
  while (turns.size() < candidates.size()) {
    const auto choice = provision::choose_master(facts, candidates, priority, otherwise, excluded);
    if (!choice) return;
    turns.push_back({choice->identity, turns.size() + 1, choice->because});
    excluded.emplace(choice->identity, "");
  }
}

std::vector<MasterTurn> in_turn(const workflow::Step& step, const NodeNow& now) {
  std::vector<provision::MasterCandidate> candidates;
  provision::Exclusions excluded;
  for (const auto& [candidate, ca] : now.masters) {
    candidates.push_back(candidate);
    if (!candidate.may_issue(now.identity))
      excluded.emplace(candidate.identity, "its CA may not issue the name " + now.identity);
  }
  std::vector<MasterTurn> turns;
  add_chosen(step, now, candidates, excluded, turns);
  const auto chosen = turns;
  for (const auto& candidate : candidates) {
    if (std::any_of(chosen.begin(), chosen.end(),
                    [&](const MasterTurn& turn) { return turn.identity == candidate.identity; }))
      continue;
    const auto why = excluded.find(candidate.identity);
    auto reason =
        candidate.healthy
            ? "shares none of the facts with the node, and the workflow says 'otherwise: fail'"
            : candidate.ill_because;
    if (!candidate.retired_by.empty()) reason = "it is retired by " + candidate.retired_by;
    turns.push_back({candidate.identity, 0, why != excluded.end() ? why->second : reason});
  }
  return turns;
}

}  // namespace

NodeAhead look_ahead(const Workflow& workflow, const NodeNow& now) {
  NodeAhead ahead;
  ahead.next = next_of(now);
  ahead.note = note_of(workflow, now);
  const auto known = known_of(workflow, now);
  ahead.steps = workflow::foresee(workflow, known);
  const auto* choice = choosing(workflow);
  if (choice == nullptr || known.finished.contains(choice->name)) return ahead;
  ahead.masters = now.is_joining() ? in_turn(*choice, now) : own_master(now);
  return ahead;
}

}  // namespace muster::cli
