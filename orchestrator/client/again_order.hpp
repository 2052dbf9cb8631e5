// "Provision it again": what an operator says to all orchestrators about one node. PROTOCOL.md,
// event `provision-again`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/security/trust_store.hpp"

namespace muster::client {

class Link;

inline constexpr std::string_view kAgainEvent = "provision-again";
inline constexpr std::int64_t kOrderMaxAgeMs = 60'000;  // older, or as far ahead, is not obeyed

struct AgainOrder {
  std::string identity;
  std::string caller;
};

// Publishes (signed, not retained: only orchestrators that run now hear it) and waits until the
// broker has it.
Status order_again(Link& link, const std::string& identity);

// Errc::refused unless an operator or an orchestrator signed it for the node that the topic names,
// Errc::expired when it is older than kOrderMaxAgeMs.
Result<AgainOrder> read_again_order(std::string_view topic, std::string_view payload,
                                    const security::TrustStore& operators, std::int64_t now_ms);

}  // namespace muster::client
