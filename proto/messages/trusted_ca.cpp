#include "proto/messages/trusted_ca.hpp"

#include "proto/envelope/value_codec.hpp"
#include "proto/messages/wire.hpp"

namespace muster::messages {

Result<std::string> TrustedCa::encode() const {
  v1::TrustedCa wire;
  wire.set_certificate(certificate);
  wire.set_offered_by(offered_by);
  wire.set_at_ms(at_ms);
  wire.set_master(master);
  to_wire(patterns, *wire.mutable_patterns());
  if (!facts.is_null()) MUSTER_TRY(envelope::encode_value(facts, *wire.mutable_facts()));
  wire.set_number(number);
  wire.set_withdrawn(withdrawn);
  wire.set_ends_at_ms(ends_at_ms);
  wire.set_retired_by(retired_by);
  wire.set_retired_at_ms(retired_at_ms);
  return envelope::pack(wire);
}

Result<TrustedCa> TrustedCa::decode(std::string_view body) {
  MUSTER_ASSIGN(auto wire, envelope::unpack<v1::TrustedCa>(body, "a trusted CA"));
  TrustedCa out;
  out.certificate = std::move(*wire.mutable_certificate());
  out.offered_by = std::move(*wire.mutable_offered_by());
  out.at_ms = wire.at_ms();
  out.master = std::move(*wire.mutable_master());
  out.patterns = names_from(*wire.mutable_patterns());
  MUSTER_ASSIGN(out.facts, envelope::decode_value(wire.facts()));
  out.number = wire.number();
  out.withdrawn = wire.withdrawn();
  out.ends_at_ms = wire.ends_at_ms();
  out.retired_by = std::move(*wire.mutable_retired_by());
  out.retired_at_ms = wire.retired_at_ms();
  return out;
}

}  // namespace muster::messages
