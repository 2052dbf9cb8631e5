#include "orchestrator/client/registration.hpp"

#include <fmt/format.h>

#include "orchestrator/client/from_node.hpp"
#include "orchestrator/client/link.hpp"
#include "proto/base/names.hpp"
#include "proto/messages/registration.hpp"

namespace muster::client {
Result<Registered> registered_from(messages::Registration wire) {
  MUSTER_TRY(base::check_identity(wire.identity));
  Registered out;
  out.node.identity = wire.identity;
  out.node.version = wire.version;
  out.node.session = wire.session;
  out.node.collectives = std::move(wire.collectives);
  for (const auto& collective : out.node.collectives)
    MUSTER_TRY(base::check_word("collective", collective));
  out.node.agents = std::move(wire.agents);
  out.node.classes = std::move(wire.classes);
  out.node.facts = std::move(wire.facts);
  out.node.left_out_classes = wire.left_out_classes;
  out.sent_at_ms = wire.sent_at_ms;
  out.interval_s = wire.interval_s;
  out.left_out_bytes = wire.left_out_bytes;
  return out;
}

Result<Registered> read_registration(Link& link, std::string_view topic, std::string_view payload) {
  MUSTER_ASSIGN(auto opened, open_from_node(link, topic, payload, envelope::Kind::registration));
  MUSTER_ASSIGN(auto wire, messages::Registration::decode(opened.body));
  if (wire.identity != opened.signer)
    return fail(Errc::refused, fmt::format("{} registers as {}", base::quoted(opened.signer),
                                           base::quoted(wire.identity)));
  MUSTER_ASSIGN(auto out, registered_from(std::move(wire)));
  out.body = std::move(opened.body);
  return out;
}

}  // namespace muster::client
