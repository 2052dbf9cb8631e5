#include "tests/sim/faults/morning.hpp"

#include "orchestrator/client/record_codec.hpp"
#include "proto/transport/topics.hpp"

namespace muster::sim {

std::optional<client::Record> record_of(const Morning& morning, const std::string& identity) {
  const auto topic = transport::topics::provision_record(morning.site.collective, identity);
  const auto kept = morning.around.broker.retained(topic);
  if (!kept) return std::nullopt;
  const auto believed = commanding(morning.around, morning.site);
  auto record = client::read_record(topic, *kept, *believed, morning.around.loop.clock().unix_ms());
  return record ? std::optional(*std::move(record)) : std::nullopt;
}

bool waits_for_a_person(const Morning& morning, const Machine& node) {
  if (state_of(node) == plugins::provision::State::finished) return false;
  const auto record = record_of(morning, node.name());
  return record && record->claim && node.disk().join_key &&
         record->claim->key_fingerprint == node.disk().join_key->fingerprint();
}

plugins::provision::State state_of(const Machine& node) {
  const auto& progress = node.disk().progress;
  return progress ? progress->state : plugins::provision::State::waiting;
}

}  // namespace muster::sim
