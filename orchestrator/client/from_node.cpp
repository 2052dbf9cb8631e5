#include "orchestrator/client/from_node.hpp"

#include <fmt/format.h>

#include "orchestrator/client/link.hpp"
#include "proto/base/names.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {

Result<security::Opened> open_from_node(Link& link, std::string_view topic,
                                        std::string_view payload, envelope::Kind kind) {
  auto opened = security::open(payload, kind, link.nodes());
  if (!opened && opened.error().code == Errc::refused && link.settle())
    opened = security::open(payload, kind, link.nodes());
  const auto named = transport::topics::last_level(topic);
  if (!opened) return fail(opened.error().within(base::quoted(named)));
  if (opened->signer != named)
    return fail(Errc::refused, fmt::format("{} is signed by {}", base::quoted(topic),
                                           base::quoted(opened->signer)));
  MUSTER_TRY(link.endorsements().judge(*opened, opened->signer, link.nodes(),
                                       link.clock().unix_ms(), link.clock().steady()));
  return opened;
}

}  // namespace muster::client
