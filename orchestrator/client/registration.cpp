#include "orchestrator/client/registration.hpp"

#include <fmt/format.h>

#include "orchestrator/client/from_node.hpp"
#include "orchestrator/client/link.hpp"
#include "proto/base/names.hpp"
#include "proto/envelope/value_codec.hpp"
#include "proto/schema/muster.pb.h"

namespace muster::client {
namespace {

template <class Repeated>
Status take_names(std::string_view what, const Repeated& names, std::vector<std::string>& out) {
  if (static_cast<std::size_t>(names.size()) > kNamesMax)
    return fail(Errc::limit, fmt::format("a registration with {} {}; the limit is {}", names.size(),
                                         what, kNamesMax));
  out.assign(names.begin(), names.end());
  return {};
}

}  // namespace

Result<Registered> from_wire(const v1::Registration& wire) {
  MUSTER_TRY(base::check_identity(wire.identity()));
  Registered out;
  out.node.identity = wire.identity();
  out.node.version = wire.version();
  out.node.session = wire.session();
  MUSTER_TRY(take_names("collectives", wire.collectives(), out.node.collectives));
  for (const auto& collective : out.node.collectives)
    MUSTER_TRY(base::check_word("collective", collective));
  MUSTER_TRY(take_names("agents", wire.agents(), out.node.agents));
  MUSTER_TRY(take_names("classes", wire.classes(), out.node.classes));
  MUSTER_ASSIGN(out.node.facts, envelope::decode_value(wire.facts()));
  out.node.left_out_classes = wire.left_out_classes();
  out.sent_at_ms = wire.sent_at_ms();
  out.interval_s = wire.interval_s();
  out.left_out_bytes = wire.left_out_bytes();
  return out;
}

Result<Registered> read_registration(Link& link, std::string_view topic, std::string_view payload) {
  MUSTER_ASSIGN(auto opened, open_from_node(link, topic, payload, envelope::Kind::registration));
  MUSTER_ASSIGN(const auto wire, envelope::unpack<v1::Registration>(opened.body, "a registration"));
  if (wire.identity() != opened.signer)
    return fail(Errc::refused, fmt::format("{} registers as {}", base::quoted(opened.signer),
                                           base::quoted(wire.identity())));
  MUSTER_ASSIGN(auto out, from_wire(wire));
  out.body = std::move(opened.body);
  return out;
}

}  // namespace muster::client
