// Nodes as a registry hears of them.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/client/registration.hpp"
#include "proto/envelope/value_codec.hpp"
#include "proto/schema/muster.pb.h"

namespace muster::registry {

struct NodeSays {
  std::string identity;
  Value facts = Value::object();
  std::vector<std::string> collectives{"main"};
  std::int64_t sent_at_ms = 1;
  std::uint32_t interval_s = 300;
  std::uint64_t left_out_bytes = 0;
  std::uint32_t left_out_classes = 0;
};

inline v1::Registration wire_of(const NodeSays& node) {
  v1::Registration wire;
  wire.set_identity(node.identity);
  wire.set_version("1.2.3");
  for (const auto& collective : node.collectives) wire.add_collectives(collective);
  wire.add_agents("rpcutil");
  wire.add_classes("role::web");
  wire.set_sent_at_ms(node.sent_at_ms);
  wire.set_interval_s(node.interval_s);
  wire.set_left_out_bytes(node.left_out_bytes);
  wire.set_left_out_classes(node.left_out_classes);
  if (!envelope::encode_value(node.facts, *wire.mutable_facts()))
    throw std::runtime_error("facts that cannot travel");
  return wire;
}

inline client::Registered registered(const NodeSays& node) {
  const auto wire = wire_of(node);
  auto out = client::from_wire(wire).value();
  out.body = wire.SerializeAsString();
  return out;
}

}  // namespace muster::registry
