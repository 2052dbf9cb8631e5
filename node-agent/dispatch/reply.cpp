#include "node-agent/dispatch/reply.hpp"

#include <fmt/format.h>

#include "proto/base/names.hpp"
#include "proto/base/utf8.hpp"
#include "proto/envelope/value_codec.hpp"

namespace muster::agent {

Result<std::string> seal_reply(const v1::Request& request, const std::string& identity,
                               v1::Outcome outcome, const plugins::ActionReply& reply,
                               std::int64_t now_ms, const security::Signer& signer) {
  v1::Reply out;
  out.set_request_id(request.id());
  out.set_identity(identity);
  out.set_agent(request.agent());
  out.set_action(request.action());
  out.set_status(static_cast<std::uint32_t>(reply.status));
  out.set_outcome(outcome);
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
  return signer.seal(envelope::Kind::reply, out.SerializeAsString());
}

Result<std::string> reply_topic(const v1::Request& request, const std::string& identity) {
  const std::string_view to = request.reply_to();
  if (to.empty()) return std::string();
  const auto own = fmt::format("muster/v1/{}/rep/{}/", request.collective(), request.caller());
  // The session becomes a topic level: a broker hangs up on whoever publishes to a wildcard.
  if (!to.starts_with(own) || !base::check_caller(to.substr(own.size())))
    return fail(Errc::refused,
                fmt::format("reply topic {} is not {} and a session", base::quoted(to), own));
  return fmt::format("{}/{}", to, identity);
}

}  // namespace muster::agent
