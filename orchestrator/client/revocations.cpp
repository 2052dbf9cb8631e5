#include "orchestrator/client/revocations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/client/link.hpp"
#include "orchestrator/client/link_directory.hpp"
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

bool is_older(const x509::RevocationList& list, const security::TrustStore& operators) {
  const auto root = operators.signer_of(list);
  const auto held = operators.lists();
  return root && std::any_of(held.begin(), held.end(), [&](const auto& one) {
           return one.anchor == *root && one.list.number() > list.number();
         });
}

Status publish_revocations(Link& link, const std::string& root, const x509::RevocationList& list) {
  return link.directory().put(
      {.topic = transport::topics::revocations(link.collective(), root),
       .payload = list.der(),
       .heard_by = transport::topics::revocations(link.collective(), "+"),
       .order = [&link](const transport::Message& message) -> std::optional<std::uint64_t> {
         const auto stands = read_revocations(message.topic, message.payload, link.operators());
         if (!stands) return std::nullopt;
         return stands->number();
       }});
}

}  // namespace muster::client
