#include "orchestrator/provision/ledger_words.hpp"

#include <cstddef>

#include "proto/transport/topics.hpp"

namespace muster::provision {

namespace topics = transport::topics;
namespace {

// Of a use's topic: muster/v1/<collective>/trust/use/<token>/<identity>/<subject>.
constexpr std::size_t kTokenLevel = 5;
constexpr std::size_t kNameLevel = 6;

}  // namespace

LedgerWords words_of(const std::string& collective, const TokenBook::Place& place,
                     const TokenBook::Use& use, messages::UseStage stage) {
  messages::TokenUse out;
  out.token_id = place.token_id;
  out.identity = place.identity;
  if (use.ca_fingerprint.empty()) out.key_fingerprint = place.subject;
  out.ca_fingerprint = use.ca_fingerprint;
  out.at_ms = use.at_ms;
  out.further = use.further;
  out.expires_at_ms = use.expires_at_ms;
  out.issued_at_ms = use.issued_at_ms;
  out.allowed_uses = use.allowed_uses;
  out.stage = stage;
  out.claimed_by = use.claimed_by;
  return {topics::token_use(collective, place.token_id, place.identity, place.subject),
          envelope::Kind::token_use, out.encode(), use_kept_until_ms(use.expires_at_ms)};
}

LedgerWords words_of(const std::string& collective, const messages::TokenRevocation& revocation) {
  return {topics::token_revocation(collective, revocation.token_id),
          envelope::Kind::token_revocation, revocation.encode(), LedgerRow::kForEver};
}

bool is_of_a_use(const std::string& topic) {
  return topics::trust_kind(topic) == "use";
}

TokenBook::Place place_of(const std::string& topic) {
  if (!is_of_a_use(topic)) return {std::string(topics::last_level(topic)), "", ""};
  return {std::string(topics::level(topic, kTokenLevel).value_or("")),
          std::string(topics::level(topic, kNameLevel).value_or("")),
          std::string(topics::last_level(topic))};
}

}  // namespace muster::provision
