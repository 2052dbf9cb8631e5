#include "orchestrator/provision/run/run_state.hpp"

#include <fmt/format.h>

#include <memory>

#include "orchestrator/workflow/known_names.hpp"
#include "proto/filter/find_fact.hpp"

namespace muster::provision {
namespace {

// Not all of them: each of thousands of runs has its own.
Value facts_named_of(const MasterCandidate& master, const workflow::Workflow& workflow) {
  Value named = Value::object();
  for (const auto& fact : workflow.facts_of_masters())
    if (const auto* value = filter::find_fact(master.facts, fact)) named[fact] = *value;
  return named;
}

}  // namespace

RunState::RunState(const workflow::Workflow& of, World& in, std::string orchestrator,
                   RunInput input, RunRecord::Handler on_record)
    : workflow(of),
      world(in),
      node(std::move(input)),
      record(of, in, std::move(orchestrator), node, std::move(on_record)),
      line(of, in, record, node.join),
      lease(of, in, node, record, line),
      place(in) {
  values.set("node.identity", node.identity);
  values.set_facts("node.facts", node.facts);
  const auto& allowed = node.grant.extensions;
  values.set("token.extensions", allowed.empty() ? Value::object() : Value(allowed));
  values.set("token.alternative_names", node.grant.alternative_names);
}

void RunState::keep(const workflow::Step& step, const Value& outcome) {
  for (const auto& output : step.kept)
    if (const auto at = outcome.find(output); at != outcome.end())
      values.set(fmt::format("{}{}.{}", workflow::kSteps, step.name, output), *at);
}

Status RunState::use_master(const MasterCandidate& chosen) {
  MUSTER_ASSIGN(const auto master, place.take(chosen.identity));
  record->master = chosen.identity;
  record->ca_fingerprint = master.ca_fingerprint;
  values.set("master.identity", master.identity);
  values.set("master.address", master.address);
  values.set("master.ca", master.ca_pem);
  values.set_facts("master.facts", std::make_shared<const Value>(facts_named_of(chosen, workflow)));
  return {};
}

}  // namespace muster::provision
