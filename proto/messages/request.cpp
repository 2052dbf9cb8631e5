#include "proto/messages/request.hpp"

#include "proto/envelope/value_codec.hpp"
#include "proto/messages/wire.hpp"

namespace muster::messages {
namespace {

// In the order in which the fields stand in the message: what is absent there is a map without entries.
Result<Value> read_arguments(const v1::Request& wire) {
  if (!wire.has_arguments()) return Value::object();
  return envelope::decode_value(wire.arguments());
}

}  // namespace

Result<std::string> Request::encode() const {
  v1::Request wire;
  wire.set_id(id);
  wire.set_collective(collective);
  wire.set_agent(agent);
  wire.set_action(action);
  wire.set_caller(caller);
  wire.set_sent_at_ms(sent_at_ms);
  wire.set_ttl_s(ttl_s);
  to_wire(filter, *wire.mutable_filter());
  to_wire(targets, *wire.mutable_targets());
  if (!arguments) return fail(arguments.error());
  MUSTER_TRY(envelope::encode_value(*arguments, *wire.mutable_arguments()));
  wire.set_reply_to(reply_to);
  wire.set_timeout_s(timeout_s);
  wire.set_tell_mismatch(tell_mismatch);
  wire.set_confirmed(confirmed);
  if (approved) {
    wire.mutable_approved()->set_statement(approved->statement);
    to_wire(approved->approvals, *wire.mutable_approved()->mutable_approvals());
  }
  return envelope::pack(wire);
}

Result<Request> Request::decode(std::string_view body) {
  MUSTER_ASSIGN(auto wire, envelope::unpack<v1::Request>(body, "a request"));
  Request out;
  out.id = std::move(*wire.mutable_id());
  out.collective = std::move(*wire.mutable_collective());
  out.agent = std::move(*wire.mutable_agent());
  out.action = std::move(*wire.mutable_action());
  out.caller = std::move(*wire.mutable_caller());
  out.sent_at_ms = wire.sent_at_ms();
  out.ttl_s = wire.ttl_s();
  out.filter = from_wire(wire.filter());
  out.targets = names_from(*wire.mutable_targets());
  out.arguments = read_arguments(wire);
  out.reply_to = std::move(*wire.mutable_reply_to());
  out.timeout_s = wire.timeout_s();
  out.tell_mismatch = wire.tell_mismatch();
  out.confirmed = wire.confirmed();
  if (wire.has_approved())
    out.approved = Approved{std::move(*wire.mutable_approved()->mutable_statement()),
                            names_from(*wire.mutable_approved()->mutable_approvals())};
  return out;
}

}  // namespace muster::messages
