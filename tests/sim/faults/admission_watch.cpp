#include "tests/sim/faults/admission_watch.hpp"

#include <algorithm>

#include "proto/transport/topics.hpp"

namespace muster::sim {
namespace {

namespace topics = transport::topics;

bool had_another_key(const Machine& machine, const provision::Joiner& joiner) {
  const auto& key = machine.disk().join_key;
  return machine.name() == joiner.identity && machine.witness().saw_a_lease() &&
         (!key || key->fingerprint() != joiner.key_fingerprint);
}

bool knows_another_key(const SimOrchestrator& orchestrator, const std::string& collective,
                       const provision::Joiner& joiner) {
  const auto uses = topics::token_use(collective, "+", joiner.identity, "+");
  const auto& ledger = orchestrator.disk().ledger;
  return std::any_of(ledger.begin(), ledger.end(), [&](const auto& row) {
    return transport::topic_matches(uses, row.first) &&
           topics::last_level(row.first) != joiner.key_fingerprint;
  });
}

}  // namespace

AdmissionWatch::AdmissionWatch(Surroundings& around,
                               const std::vector<std::unique_ptr<Machine>>& machines,
                               const std::vector<std::unique_ptr<SimOrchestrator>>& orchestrators)
    : around_(around), machines_(machines), orchestrators_(orchestrators) {
  around_.admitted = [this](const std::string& orchestrator, const provision::Joiner& joiner) {
    saw(orchestrator, joiner);
  };
}

void AdmissionWatch::saw(const std::string& orchestrator, const provision::Joiner& joiner) {
  const bool is_second = std::any_of(machines_.begin(), machines_.end(), [&](const auto& machine) {
    return had_another_key(*machine, joiner);
  });
  if (!is_second) return;
  for (const auto& one : orchestrators_)
    if (one->name() == orchestrator && !knows_another_key(*one, one->collective(), joiner))
      unknowing_.insert(joiner.identity);
}

}  // namespace muster::sim
