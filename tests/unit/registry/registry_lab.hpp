// Nodes as a registry hears of them.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/client/registration.hpp"
#include "proto/messages/registration.hpp"
#include "tests/support/fakes/body_of.hpp"

namespace muster::registry {

struct NodeSays {
  std::string identity;
  Value facts = Value::object();
  std::vector<std::string> collectives{"main"};
  std::int64_t sent_at_ms = 1;
  std::uint32_t interval_s = 300;
  std::uint64_t left_out_bytes = 0;
  std::uint32_t left_out_classes = 0;
  std::string session = "s1";  // as LabNode shows it
};

inline messages::Registration wire_of(const NodeSays& node) {
  messages::Registration wire;
  wire.identity = node.identity;
  wire.version = "1.2.3";
  for (const auto& collective : node.collectives) wire.collectives.push_back(collective);
  wire.agents.push_back("rpcutil");
  wire.classes.push_back("role::web");
  wire.sent_at_ms = node.sent_at_ms;
  wire.interval_s = node.interval_s;
  wire.left_out_bytes = node.left_out_bytes;
  wire.left_out_classes = node.left_out_classes;
  wire.session = node.session;
  wire.facts = node.facts;
  return wire;
}

inline client::Registered registered(const NodeSays& node) {
  const auto wire = wire_of(node);
  auto out = client::registered_from(wire).value();
  out.body = test::body_of(wire);
  return out;
}

}  // namespace muster::registry
