// The provisioner's part in which workflow a node is in.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "orchestrator/provision/provisioner.hpp"
#include "proto/base/log.hpp"

namespace muster::provision {

// What it would get if it began now.
Result<WorkflowPtr> Provisioner::present_workflow(const KnownNode& node,
                                                  const RunInput& input) const {
  workflow::Values values;
  values.set("node.identity", input.identity);
  values.set_facts("node.facts", input.facts);
  if (node.join) {
    const auto& allowed = node.grant.extensions;
    values.set("token.extensions", allowed.empty() ? Value::object() : Value(allowed));
    values.set("token.alternative_names", node.grant.alternative_names);
  }
  return parts_.rules.choose(values, node.join.has_value(), node.token_workflow);
}

Result<WorkflowPtr> Provisioner::find_workflow(const std::string& hash) const {
  if (auto ours = parts_.rules.find(hash)) return ours;
  if (parts_.others == nullptr) return fail(Errc::unavailable, "it is not known here");
  return parts_.others->find(hash);
}

// By the node's own word, or, before it is asked, by its record's: it is asked at the claim. Null: in none that can be had.
WorkflowPtr Provisioner::workflow_begun(const KnownNode& node, const RunInput& input) const {
  if (input.anew) return nullptr;
  const bool goes_on = input.before && !input.before->finished.empty() &&
                       input.before->state != "finished" && input.before->state != "refused";
  auto hash = node.in_workflow;
  if (hash.empty() && goes_on) hash = input.before->workflow_hash;
  const bool may_be_in_it = !hash.empty() && input.has_workflow(hash);
  return may_be_in_it ? find_workflow(hash).value_or(nullptr) : nullptr;
}

// A node says which text it is in, and is believed only of a workflow that its token, the rules or its record name: else whoever holds
// a token for one could have another. Names are one's own among the rules, and a text that changed keeps its name.
Provisioner::HasWorkflow Provisioner::texts_for(const RunInput& input,
                                                const Result<WorkflowPtr>& present) const {
  std::set<std::string> names;
  if (present) names.insert((*present)->name);
  const bool has_begun = input.before && !input.before->run_id.empty();
  if (has_begun) names.insert(input.before->workflow);
  return [this, names = std::move(names)](const std::string& hash) -> Status {
    const auto found = find_workflow(hash);
    if (!found) return fail(found.error());
    if (names.contains((*found)->name)) return {};
    return fail(Errc::refused, fmt::format("neither its token, nor the rules, nor its record are "
                                           "for the workflow '{}'",
                                           (*found)->name));
  };
}

// Its token may name another one than the rules have for it: then its record does, too.
Status Provisioner::replaces_certificate_of(const std::string& identity) const {
  workflow::Values values;
  values.set("node.identity", identity);
  if (auto facts = parts_.collective.member(identity)) values.set_facts("node.facts", facts);
  values.set("token.extensions", Value::object());
  values.set("token.alternative_names", Value::array());
  MUSTER_ASSIGN(const auto ruled, parts_.rules.choose(values, /*is_joining=*/true, ""));
  const auto record = parts_.collective.record(identity);
  for (const auto& each : parts_.rules.workflows()) {
    const bool may_get_it = each == ruled || (record && record->workflow == each->name);
    const bool replaces = each->has(workflow::Kind::clean_certificates) &&
                          each->has(workflow::Kind::enter_collective);
    if (may_get_it && !replaces)
      return fail(Errc::aborted,
                  fmt::format("the workflow '{}' does not both clean certificates and bring nodes "
                              "into the collective: {} would stay without a certificate",
                              each->name, identity));
  }
  return {};
}

// It is looked at again as one whose attempt failed: its facts may be others by then, or a person has changed them.
void Provisioner::wait_without_workflow(const std::string& identity, const std::string& why) {
  auto& node = *nodes_.find(identity);
  const auto pause = node.backoff->next(parts_.world.random().share());
  nodes_.set_due(identity, now() + pause);
  // The place for which it was woken is the next one's.
  if (const auto woken = std::exchange(node.woken, 0); woken > 0) wake_one(woken + 1, identity);
  const auto known = parts_.collective.record(identity);
  auto record = known.value_or(client::Record{});
  if (known && known->reason == why && known->state == "waiting") return;
  // What another, or a person, has to say of it stands.
  const bool is_of_a_dead_process =
      known && known->orchestrator == as_ && known->state == "running";
  const bool is_to_be_written = !known || is_of_a_dead_process || known->state == "waiting" ||
                                known->state == "refused" || known->state == "finished";
  if (!is_to_be_written || (known && known->claim)) return;
  const auto now_ms = parts_.world.unix_ms();
  log::warning("a node has no workflow", {{"node", identity}, {"why", why}});
  if (!known || known->state == "finished" || known->state == "refused") {
    record = client::Record{};
    record.started_at_ms = begins_at_ms(parts_.collective, identity, now_ms);
  }
  record.identity = identity;
  record.state = "waiting";
  record.reason = why;
  record.orchestrator = as_;
  record.queued_at_ms = 0;
  record.master_queued_at_ms = 0;
  record.retry_at_ms = 0;
  record.updated_at_ms = now_ms;
  if (!node.joined_with.empty()) {
    record.key_fingerprint = node.joined_with;
    record.address = node.address;
  }
  parts_.collective.publish(record);
}

// At once, for its lease is ours; but a node that says so again and again must not keep us busy.
void Provisioner::goes_on_in(const std::string& identity, const std::string& workflow_hash) {
  auto* node = nodes_.find(identity);
  const bool told_before = !node->in_workflow.empty();
  log::info("goes on in the workflow that it began with",
            {{"node", identity}, {"workflow_hash", workflow_hash}});
  node->in_workflow = workflow_hash;
  const auto pause = told_before ? node->backoff->next(parts_.world.random().share())
                                 : std::chrono::milliseconds(0);
  nodes_.set_due(identity, now() + pause);
}

}  // namespace muster::provision
