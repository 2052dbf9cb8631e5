#include "proto/messages/presence.hpp"

#include "proto/envelope/value_codec.hpp"
#include "proto/messages/wire.hpp"

namespace muster::messages {

Result<std::string> Presence::encode() const {
  v1::Presence wire;
  wire.set_identity(identity);
  wire.set_version(version);
  to_wire(collectives, *wire.mutable_collectives());
  to_wire(agents, *wire.mutable_agents());
  MUSTER_TRY(envelope::encode_value(facts, *wire.mutable_facts()));
  wire.set_started_at_ms(started_at_ms);
  wire.set_session(session);
  wire.set_address(address);
  to_wire(classes, *wire.mutable_classes());
  wire.set_sent_at_ms(sent_at_ms);
  to_wire(roots, *wire.mutable_roots());
  wire.set_left_out_classes(left_out_classes);
  wire.set_left_out_facts(left_out_facts);
  wire.set_left_out_agents(left_out_agents);
  return envelope::pack(wire);
}

Result<Presence> Presence::decode(std::string_view body) {
  MUSTER_ASSIGN(auto wire, envelope::unpack<v1::Presence>(body, "a presence"));
  Presence out;
  out.identity = std::move(*wire.mutable_identity());
  out.version = std::move(*wire.mutable_version());
  out.collectives = names_from(*wire.mutable_collectives());
  out.agents = names_from(*wire.mutable_agents());
  MUSTER_ASSIGN(out.facts, envelope::decode_map("the facts of a presence", wire.facts()));
  out.started_at_ms = wire.started_at_ms();
  out.session = std::move(*wire.mutable_session());
  out.address = std::move(*wire.mutable_address());
  out.classes = names_from(*wire.mutable_classes());
  out.sent_at_ms = wire.sent_at_ms();
  out.roots = names_from(*wire.mutable_roots());
  out.left_out_classes = wire.left_out_classes();
  out.left_out_facts = wire.left_out_facts();
  out.left_out_agents = wire.left_out_agents();
  return out;
}

std::string Presence::stamped(std::string body, std::int64_t sent_at_ms) {
  v1::Presence stamp;
  stamp.set_sent_at_ms(sent_at_ms);
  // Serialised messages of one type, one after the other, are read as one.
  return std::move(body) + envelope::pack(stamp);
}

}  // namespace muster::messages
