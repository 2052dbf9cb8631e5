// Uses and revocations of join tokens as they come over the bus, verified.
#pragma once

#include <string>

#include "proto/base/result.hpp"
#include "proto/messages/token_use.hpp"
#include "proto/security/trust.hpp"
#include "proto/transport/message.hpp"

namespace muster::provision {

template <class Body>
struct OfOrchestrator {
  Body body;
  std::string signer_serial;  // of the orchestrator's certificate
};

// Signed by an orchestrator under `operators`, about what the topic names. Errc::refused or invalid_data.
Result<OfOrchestrator<messages::TokenUse>> read_token_use(const transport::Message& message,
                                                          const std::string& collective,
                                                          const security::Trust& operators);
Result<OfOrchestrator<messages::TokenRevocation>> read_token_revocation(
    const transport::Message& message, const std::string& collective,
    const security::Trust& operators);

}  // namespace muster::provision
