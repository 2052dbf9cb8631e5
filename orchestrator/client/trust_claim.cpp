#include "orchestrator/client/trust_claim.hpp"

#include <cstdint>
#include <optional>
#include <utility>

#include "orchestrator/client/bans.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/client/revocations.hpp"
#include "orchestrator/client/trusted_ca.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {
namespace {

namespace topics = transport::topics;
using transport::Message;
using Number = std::optional<std::uint64_t>;

Number rank_of_ban(const Message& message, Link& link) {
  const auto ban =
      read_ban(message.topic, message.payload, link.operators(), link.clock().unix_ms());
  if (!ban) return std::nullopt;
  return 2 * ban->number + (ban->banned ? 1 : 0);
}

Number number_of_list(const Message& message, Link& link) {
  const auto list = read_revocations(message.topic, message.payload, link.operators());
  if (!list) return std::nullopt;
  return list->number();
}

// By nothing that only we know: two who give different orders put their own back in place of the other's for ever.
Number rank_of_endorsement(const Message& message, Link& link) {
  const auto endorsement =
      read_trusted_ca(message.topic, message.payload, link.operators(), link.clock().unix_ms());
  if (!endorsement) return std::nullopt;
  return 2 * endorsement->number + (endorsement->withdrawn ? 1 : 0);
}

}  // namespace

transport::Claim trust_claim(Link& link, std::string topic, std::string payload) {
  const auto what = topics::trust_kind(topic);
  auto* rank = &rank_of_endorsement;
  auto filter = topics::trusted_ca(link.collective(), "+");
  if (what == "banned") {
    rank = &rank_of_ban;
    filter = topics::ban(link.collective(), "+");
  } else if (what == "revoked") {
    rank = &number_of_list;
    filter = topics::revocations(link.collective(), "+");
  }
  return {.topic = std::move(topic),
          .payload = std::move(payload),
          .heard_by = std::move(filter),
          .order = [&link, rank](const Message& message) { return rank(message, link); }};
}

}  // namespace muster::client
