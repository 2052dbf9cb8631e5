// What the ledger of join tokens says on the bus: which topic, which message.
#pragma once

#include <cstdint>
#include <string>

#include "orchestrator/provision/ledger_host.hpp"
#include "orchestrator/provision/token_book.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/messages/token_use.hpp"

namespace muster::provision {

// What is said on one topic, to be sealed.
struct LedgerWords {
  std::string topic;  // empty: nothing
  envelope::Kind kind = envelope::Kind::token_use;
  std::string body;
  std::int64_t until_ms = LedgerRow::kForEver;  // when it is of no use any more
};

LedgerWords words_of(const std::string& collective, const TokenBook::Place& place,
                     const TokenBook::Use& use, messages::UseStage stage);
LedgerWords words_of(const std::string& collective, const messages::TokenRevocation& revocation);

// Whether a topic below trust/ is of a use; else it is of a revocation.
bool is_of_a_use(const std::string& topic);
// Of a revocation's topic only the token.
TokenBook::Place place_of(const std::string& topic);

}  // namespace muster::provision
