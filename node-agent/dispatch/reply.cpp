#include "node-agent/dispatch/reply.hpp"

#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"
#include "proto/request/signed_reply.hpp"

namespace muster::agent {

Result<std::string> seal_reply(const messages::Request& request, const std::string& identity,
                               messages::Outcome outcome, const plugins::ActionReply& reply,
                               std::int64_t now_ms, const security::Sealer& signer) {
  return request::seal_reply(request, envelope::Kind::reply, identity,
                             {outcome, reply.status, reply.message, reply.data}, now_ms, signer);
}

}  // namespace muster::agent
