#include "proto/request/signed_reply.hpp"

#include <fmt/format.h>

#include "proto/base/utf8.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/envelope/value_codec.hpp"

namespace muster::request {

v1::Outcome outcome_of(const Error& not_fresh) {
  switch (not_fresh.code) {
    case Errc::expired:
      return v1::OUTCOME_EXPIRED;
    case Errc::limit:
      return v1::OUTCOME_BUSY;
    default:
      return v1::OUTCOME_ANSWERED;  // malformed: the status tells
  }
}

Result<std::string> seal_reply(const v1::Request& request, envelope::Kind kind,
                               const std::string& from, const Reply& reply, std::int64_t now_ms,
                               const security::Signer& signer) {
  v1::Reply out;
  out.set_request_id(request.id());
  out.set_identity(from);
  out.set_agent(request.agent());
  out.set_action(request.action());
  out.set_status(static_cast<std::uint32_t>(reply.status));
  out.set_outcome(reply.outcome);
  out.set_message(base::as_utf8(reply.message, kReplyMessageMaxBytes));
  out.set_sent_at_ms(now_ms);
  if (auto encoded = envelope::encode_value(reply.data, *out.mutable_data()); !encoded) {
    out.set_status(5);
    out.set_message(fmt::format("{}#{} gave data that cannot travel: {}", request.agent(),
                                request.action(), encoded.error().message));
    out.clear_data();
  }
  if (const auto bytes = out.data().ByteSizeLong(); bytes > kReplyMaxBytes) {
    out.clear_data();
    out.set_left_out_bytes(bytes);
    out.set_message(fmt::format("{} ({} bytes of data left out: a reply carries at most {})",
                                out.message(), bytes, kReplyMaxBytes));
  }
  return signer.seal(kind, envelope::pack(out));
}

}  // namespace muster::request
