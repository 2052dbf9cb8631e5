#include "orchestrator/client/presence.hpp"

#include <fmt/format.h>

#include "orchestrator/client/from_node.hpp"
#include "orchestrator/client/link.hpp"
#include "proto/base/names.hpp"
#include "proto/envelope/value_codec.hpp"
#include "proto/schema/muster.pb.h"

namespace muster::client {
Result<Member> read_presence(Link& link, std::string_view topic, std::string_view payload) {
  MUSTER_ASSIGN(const auto opened, open_from_node(link, topic, payload, envelope::Kind::presence));
  MUSTER_ASSIGN(const auto wire, envelope::unpack<v1::Presence>(opened.body, "a presence"));
  if (wire.identity() != opened.signer)
    return fail(Errc::refused, fmt::format("{} says it is {}", base::quoted(opened.signer),
                                           base::quoted(wire.identity())));
  MUSTER_ASSIGN(auto facts, envelope::decode_value(wire.facts()));
  Member member;
  member.identity = wire.identity();
  member.version = wire.version();
  member.collectives.assign(wire.collectives().begin(), wire.collectives().end());
  member.agents.assign(wire.agents().begin(), wire.agents().end());
  member.classes.assign(wire.classes().begin(), wire.classes().end());
  member.facts = std::move(facts);
  member.started_at_ms = wire.started_at_ms();
  member.session = wire.session();
  member.address = wire.address();
  member.certificate_fingerprint = opened.certificate_fingerprint;
  member.ca_fingerprint = link.endorsements().issuer_of(opened, link.nodes());
  return member;
}

}  // namespace muster::client
