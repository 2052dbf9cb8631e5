#include "orchestrator/client/revocations.hpp"

#include <fmt/format.h>

#include "orchestrator/client/link.hpp"
#include "orchestrator/client/link_directory.hpp"
#include "orchestrator/client/trust_claim.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {

Result<x509::RevocationList> read_revocations(std::string_view topic, std::string_view payload,
                                              const security::TrustStore& operators) {
  MUSTER_ASSIGN(auto list, x509::RevocationList::from_der(payload));
  MUSTER_ASSIGN(const auto root, operators.signer_of(list));
  if (root != transport::topics::last_level(topic))
    return fail(Errc::refused, fmt::format("{} holds the list of another root, {}", topic, root));
  return list;
}

Status publish_revocations(Link& link, const std::string& root, const x509::RevocationList& list) {
  return link.directory().put(
      trust_claim(link, transport::topics::revocations(link.collective(), root), list.der()));
}

}  // namespace muster::client
