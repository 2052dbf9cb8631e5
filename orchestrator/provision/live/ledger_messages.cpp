#include "orchestrator/provision/live/ledger_messages.hpp"

#include <fmt/format.h>

#include "proto/envelope/envelope.hpp"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"

namespace muster::provision {
namespace {

namespace topics = transport::topics;

template <class Body>
Result<OfOrchestrator<Body>> read(const transport::Message& message,
                                  const security::Trust& operators) {
  MUSTER_ASSIGN(const auto opened,
                security::open_from_orchestrator(message.payload, Body::kKind, operators));
  MUSTER_ASSIGN(auto body, Body::decode(opened.body));
  return OfOrchestrator<Body>{std::move(body), opened.certificate.serial_hex()};
}

Status check_topic(const std::string& is, const std::string& should_be) {
  if (is == should_be) return {};
  return fail(Errc::refused, fmt::format("{} holds what belongs on {}", is, should_be));
}

}  // namespace

Result<OfOrchestrator<messages::TokenUse>> read_token_use(const transport::Message& message,
                                                          const std::string& collective,
                                                          const security::Trust& operators) {
  MUSTER_ASSIGN(auto use, read<messages::TokenUse>(message, operators));
  const auto& body = use.body;
  const auto& subject = body.ca_fingerprint.empty() ? body.key_fingerprint : body.ca_fingerprint;
  MUSTER_TRY(check_topic(message.topic,
                         topics::token_use(collective, body.token_id, body.identity, subject)));
  return use;
}

Result<OfOrchestrator<messages::TokenRevocation>> read_token_revocation(
    const transport::Message& message, const std::string& collective,
    const security::Trust& operators) {
  MUSTER_ASSIGN(auto revocation, read<messages::TokenRevocation>(message, operators));
  MUSTER_TRY(
      check_topic(message.topic, topics::token_revocation(collective, revocation.body.token_id)));
  return revocation;
}

}  // namespace muster::provision
