#include "orchestrator/client/reply.hpp"

#include <fmt/format.h>

#include "orchestrator/client/from_node.hpp"
#include "proto/base/names.hpp"
#include "proto/messages/reply.hpp"

namespace muster::client {
namespace {

Outcome outcome_of(const messages::Reply& wire) {
  switch (wire.outcome) {
    case messages::Outcome::answered:
      return wire.status == 0 ? Outcome::ok : Outcome::failed;
    case messages::Outcome::refused:
      return Outcome::refused;
    case messages::Outcome::expired:
      return Outcome::expired;
    case messages::Outcome::busy:
      return Outcome::busy;
    case messages::Outcome::filtered:
      return Outcome::filtered;
    case messages::Outcome::unknown:
      break;
  }
  return Outcome::failed;
}

Result<Answer> take_apart(const std::string& body) {
  MUSTER_ASSIGN(auto answer, read_reply_body(body));
  MUSTER_TRY(base::check_identity(answer.result.identity));
  return answer;
}

}  // namespace

Result<Answer> read_reply_body(const std::string& body) {
  MUSTER_ASSIGN(auto wire, messages::Reply::decode(body));
  Answer answer{wire.request_id, wire.agent, wire.action, {}};
  answer.result.identity = wire.identity;
  answer.result.outcome = outcome_of(wire);
  answer.result.status = static_cast<int>(wire.status);
  answer.result.message = wire.message;
  answer.result.data = std::move(wire.data);
  answer.result.left_out_bytes = wire.left_out_bytes;
  return answer;
}

Result<Answer> read_reply(LinkCore& link, std::string_view topic, std::string_view payload) {
  MUSTER_ASSIGN(const auto opened, open_from_node(link, topic, payload, envelope::Kind::reply));
  MUSTER_ASSIGN(auto answer, take_apart(opened.body));
  if (answer.result.identity != opened.signer)
    return fail(Errc::refused,
                fmt::format("{} answered in the name of {}", base::quoted(opened.signer),
                            base::quoted(answer.result.identity)));
  return answer;
}

Result<Answer> read_join_reply(std::string_view payload, const std::string& public_key,
                               const security::Trust& trust) {
  MUSTER_ASSIGN(const auto opened,
                security::open_by_key(payload, envelope::Kind::reply, public_key, trust));
  return take_apart(opened.body);
}

}  // namespace muster::client
