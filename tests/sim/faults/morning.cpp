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

plugins::provision::State state_of(const Machine& node) {
  const auto& progress = node.disk().progress;
  return progress ? progress->state : plugins::provision::State::waiting;
}

}  // namespace muster::sim
