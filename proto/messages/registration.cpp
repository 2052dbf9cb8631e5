#include "proto/messages/registration.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "proto/envelope/value_codec.hpp"
#include "proto/messages/wire.hpp"

namespace muster::messages {
namespace {

// One by one: a wrong fact must not cost the others. Each as a map of its own, so that its depth is
// counted as by whoever decodes them all. Gives the bytes left out.
std::uint64_t encode_facts(const Value& facts, v1::Value& out) {
  std::uint64_t left_out = 0;
  auto& entries = *out.mutable_map()->mutable_entries();
  for (const auto& [name, value] : facts.items()) {
    v1::Value wire;
    if (envelope::encode_value({{name, value}}, wire))
      entries[name] = std::move(wire.mutable_map()->mutable_entries()->at(name));
    else
      left_out += name.size() + value.dump(-1, ' ', false, Value::error_handler_t::replace).size();
  }
  return left_out;
}

template <class Repeated>
Status take_names(std::string_view what, Repeated& names, std::vector<std::string>& out) {
  if (static_cast<std::size_t>(names.size()) > kRegisteredNamesMax)
    return fail(Errc::limit, fmt::format("a registration with {} {}; the limit is {}", names.size(),
                                         what, kRegisteredNamesMax));
  out = names_from(names);
  return {};
}

}  // namespace

std::string Registration::encode() const {
  v1::Registration wire;
  wire.set_identity(identity);
  wire.set_version(version);
  to_wire(collectives, *wire.mutable_collectives());
  to_wire(agents, *wire.mutable_agents());
  to_wire(classes, *wire.mutable_classes());
  wire.set_sent_at_ms(sent_at_ms);
  wire.set_interval_s(interval_s);
  wire.set_session(session);
  wire.set_left_out_classes(left_out_classes);
  wire.set_left_out_bytes(left_out_bytes + encode_facts(facts, *wire.mutable_facts()));
  if (wire.ByteSizeLong() > kRegistrationMaxBytes) {
    wire.set_left_out_bytes(wire.left_out_bytes() + wire.facts().ByteSizeLong());
    wire.mutable_facts()->mutable_map()->Clear();
  }
  return envelope::pack(wire);
}

Result<Registration> Registration::decode(std::string_view body) {
  MUSTER_ASSIGN(auto wire, envelope::unpack<v1::Registration>(body, "a registration"));
  Registration out;
  out.identity = std::move(*wire.mutable_identity());
  out.version = std::move(*wire.mutable_version());
  MUSTER_TRY(take_names("collectives", *wire.mutable_collectives(), out.collectives));
  MUSTER_TRY(take_names("agents", *wire.mutable_agents(), out.agents));
  MUSTER_TRY(take_names("classes", *wire.mutable_classes(), out.classes));
  MUSTER_ASSIGN(out.facts, envelope::decode_map("the facts of a registration", wire.facts()));
  out.sent_at_ms = wire.sent_at_ms();
  out.interval_s = wire.interval_s();
  out.session = std::move(*wire.mutable_session());
  out.left_out_bytes = wire.left_out_bytes();
  out.left_out_classes = wire.left_out_classes();
  return out;
}

}  // namespace muster::messages
