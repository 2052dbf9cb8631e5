#include "proto/messages/reply.hpp"

#include <fmt/format.h>

#include "proto/base/utf8.hpp"
#include "proto/envelope/value_codec.hpp"
#include "proto/messages/wire.hpp"

namespace muster::messages {
namespace {

constexpr std::uint32_t kUnknownError = 5;  // MCollective's

constexpr int kUnknownOutcome = 255;  // that no version sends by itself

v1::Outcome to_wire(Outcome outcome) {
  switch (outcome) {
    case Outcome::refused:
      return v1::OUTCOME_REFUSED;
    case Outcome::expired:
      return v1::OUTCOME_EXPIRED;
    case Outcome::busy:
      return v1::OUTCOME_BUSY;
    case Outcome::filtered:
      return v1::OUTCOME_FILTERED;
    case Outcome::unknown:
      return static_cast<v1::Outcome>(kUnknownOutcome);
    case Outcome::answered:
      break;
  }
  return v1::OUTCOME_ANSWERED;
}

Outcome outcome_from(v1::Outcome wire) {
  switch (wire) {
    case v1::OUTCOME_ANSWERED:
      return Outcome::answered;
    case v1::OUTCOME_REFUSED:
      return Outcome::refused;
    case v1::OUTCOME_EXPIRED:
      return Outcome::expired;
    case v1::OUTCOME_BUSY:
      return Outcome::busy;
    case v1::OUTCOME_FILTERED:
      return Outcome::filtered;
    default:
      return Outcome::unknown;
  }
}

void set_data(const Value& data, v1::Reply& out) {
  if (auto encoded = envelope::encode_value(data, *out.mutable_data()); !encoded) {
    out.set_status(kUnknownError);
    out.set_message(fmt::format("{}#{} gave data that cannot travel: {}", out.agent(), out.action(),
                                encoded.error().message));
    out.clear_data();
  }
  if (const auto bytes = out.data().ByteSizeLong(); bytes > kReplyMaxBytes) {
    out.clear_data();
    out.set_left_out_bytes(bytes);
    out.set_message(fmt::format("{} ({} bytes of data left out: a reply carries at most {})",
                                out.message(), bytes, kReplyMaxBytes));
  }
}

}  // namespace

std::string Reply::encode() const {
  v1::Reply wire;
  wire.set_request_id(request_id);
  wire.set_identity(identity);
  wire.set_agent(agent);
  wire.set_action(action);
  wire.set_status(status);
  wire.set_outcome(to_wire(outcome));
  wire.set_message(base::as_utf8(message, kReplyMessageMaxBytes));
  wire.set_sent_at_ms(sent_at_ms);
  wire.set_left_out_bytes(left_out_bytes);
  set_data(data, wire);
  return envelope::pack(wire);
}

Result<Reply> Reply::decode(std::string_view body) {
  MUSTER_ASSIGN(auto wire, envelope::unpack<v1::Reply>(body, "a reply"));
  MUSTER_ASSIGN(auto data, envelope::decode_value(wire.data()));
  return Reply{std::move(*wire.mutable_request_id()),
               std::move(*wire.mutable_identity()),
               std::move(*wire.mutable_agent()),
               std::move(*wire.mutable_action()),
               wire.status(),
               outcome_from(wire.outcome()),
               std::move(*wire.mutable_message()),
               std::move(data),
               wire.sent_at_ms(),
               wire.left_out_bytes()};
}

}  // namespace muster::messages
