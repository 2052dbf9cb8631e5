#include "proto/messages/roll_call.hpp"

#include "proto/messages/wire.hpp"

namespace muster::messages {

std::string RollCall::encode() const {
  v1::RollCall wire;
  wire.set_call(call);
  return envelope::pack(wire);
}

Result<RollCall> RollCall::decode(std::string_view body) {
  MUSTER_ASSIGN(const auto wire, envelope::unpack<v1::RollCall>(body, "a roll call"));
  return RollCall{wire.call()};
}

std::string RollAnswer::encode() const {
  v1::RollAnswer wire;
  wire.set_call(call);
  wire.set_host(host);
  wire.set_session(session);
  to_wire(broker_roots, *wire.mutable_broker_roots());
  return envelope::pack(wire);
}

Result<RollAnswer> RollAnswer::decode(std::string_view body) {
  MUSTER_ASSIGN(auto wire, envelope::unpack<v1::RollAnswer>(body, "an answer to a roll call"));
  return RollAnswer{wire.call(), wire.host(), wire.session(),
                    names_from(*wire.mutable_broker_roots())};
}

}  // namespace muster::messages
