#include "proto/request/signed_reply.hpp"

#include "proto/envelope/envelope.hpp"
#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"

namespace muster::request {

messages::Outcome outcome_of(const Error& not_fresh) {
  switch (not_fresh.code) {
    case Errc::expired:
      return messages::Outcome::expired;
    case Errc::limit:
      return messages::Outcome::busy;
    default:
      return messages::Outcome::answered;  // malformed: the status tells
  }
}

Result<std::string> seal_reply(const messages::Request& request, envelope::Kind kind,
                               const std::string& from, const Reply& reply, std::int64_t now_ms,
                               const security::Sealer& signer) {
  messages::Reply out;
  out.request_id = request.id;
  out.identity = from;
  out.agent = request.agent;
  out.action = request.action;
  out.status = static_cast<std::uint32_t>(reply.status);
  out.outcome = reply.outcome;
  out.message = reply.message;
  out.data = reply.data;
  out.sent_at_ms = now_ms;
  return signer.seal(kind, out.encode());
}

}  // namespace muster::request
