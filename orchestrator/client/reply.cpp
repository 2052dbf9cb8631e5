#include "orchestrator/client/reply.hpp"

#include <fmt/format.h>

#include "orchestrator/client/from_node.hpp"
#include "proto/base/names.hpp"
#include "proto/envelope/value_codec.hpp"
#include "proto/schema/muster.pb.h"

namespace muster::client {
namespace {

Outcome outcome_of(const v1::Reply& wire) {
  switch (wire.outcome()) {
    case v1::OUTCOME_ANSWERED:
      return wire.status() == 0 ? Outcome::ok : Outcome::failed;
    case v1::OUTCOME_REFUSED:
      return Outcome::refused;
    case v1::OUTCOME_EXPIRED:
      return Outcome::expired;
    case v1::OUTCOME_BUSY:
      return Outcome::busy;
    case v1::OUTCOME_FILTERED:
      return Outcome::filtered;
    default:
      return Outcome::failed;  // of a newer node: whatever it means, it is not ok
  }
}

Result<Answer> take_apart(const std::string& body) {
  MUSTER_ASSIGN(auto answer, read_reply_body(body));
  MUSTER_TRY(base::check_identity(answer.result.identity));
  return answer;
}

}  // namespace

Result<Answer> read_reply_body(const std::string& body) {
  MUSTER_ASSIGN(const auto wire, envelope::unpack<v1::Reply>(body, "a reply"));
  MUSTER_ASSIGN(auto data, envelope::decode_value(wire.data()));
  Answer answer{wire.request_id(), wire.agent(), wire.action(), {}};
  answer.result.identity = wire.identity();
  answer.result.outcome = outcome_of(wire);
  answer.result.status = static_cast<int>(wire.status());
  answer.result.message = wire.message();
  answer.result.data = std::move(data);
  answer.result.left_out_bytes = wire.left_out_bytes();
  return answer;
}

Result<Answer> read_reply(Link& link, std::string_view topic, std::string_view payload) {
  MUSTER_ASSIGN(const auto opened, open_from_node(link, topic, payload, envelope::Kind::reply));
  MUSTER_ASSIGN(auto answer, take_apart(opened.body));
  if (answer.result.identity != opened.signer)
    return fail(Errc::refused,
                fmt::format("{} answered in the name of {}", base::quoted(opened.signer),
                            base::quoted(answer.result.identity)));
  return answer;
}

Result<Answer> read_join_reply(std::string_view payload, const std::string& public_key) {
  MUSTER_ASSIGN(const auto opened,
                security::open_by_key(payload, envelope::Kind::reply, public_key));
  return take_apart(opened.body);
}

}  // namespace muster::client
