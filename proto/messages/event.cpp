#include "proto/messages/event.hpp"

#include "proto/envelope/value_codec.hpp"
#include "proto/messages/wire.hpp"

namespace muster::messages {

Result<std::string> Event::encode() const {
  v1::Event wire;
  wire.set_id(id);
  wire.set_type(type);
  wire.set_identity(identity);
  wire.set_at_ms(at_ms);
  MUSTER_TRY(envelope::encode_value(data, *wire.mutable_data()));
  return envelope::pack(wire);
}

Result<Event> Event::decode(std::string_view body) {
  MUSTER_ASSIGN(const auto wire, envelope::unpack<v1::Event>(body, "an event"));
  MUSTER_ASSIGN(auto data, envelope::decode_value(wire.data()));
  if (!data.is_object()) data = Value::object();
  return Event{wire.id(), wire.type(), wire.identity(), wire.at_ms(), std::move(data)};
}

}  // namespace muster::messages
