#include "orchestrator/client/from_node.hpp"

#include <fmt/format.h>

#include "orchestrator/client/link_core.hpp"
#include "proto/base/names.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {

Result<security::Opened> open_from_node(LinkCore& link, std::string_view topic,
                                        std::string_view payload, envelope::Kind kind) {
  link.catch_up();
  const auto named = transport::topics::last_level(topic);
  if (const auto ban = link.banned(named)) {
    const Error why{Errc::refused, ban->text()};
    link.note_refused(ban->identity, why);
    return fail(why);
  }
  auto opened = security::open(payload, kind, link.nodes());
  if (!opened && opened.error().code == Errc::refused && link.wait_trust())
    opened = security::open(payload, kind, link.nodes());
  if (!opened) return fail(opened.error().within(base::quoted(named)));
  if (opened->signer != named)
    return fail(Errc::refused, fmt::format("{} is signed by {}", base::quoted(topic),
                                           base::quoted(opened->signer)));
  MUSTER_TRY(link.may_speak(*opened));
  return opened;
}

}  // namespace muster::client
