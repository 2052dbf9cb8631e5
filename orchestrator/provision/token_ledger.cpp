#include "orchestrator/provision/token_ledger.hpp"

#include <fmt/format.h>

#include "orchestrator/client/link.hpp"
#include "proto/base/log.hpp"
#include "proto/schema/muster.pb.h"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"

namespace muster::provision {

Result<std::unique_ptr<TokenLedger>> TokenLedger::watch(client::Link& link) {
  std::unique_ptr<TokenLedger> ledger(new TokenLedger(link));
  ledger->filter_ = transport::topics::token_use(link.collective(), "+", "+");
  MUSTER_TRY(link.bus().subscribe(ledger->filter_, transport::Qos::at_least_once,
                                  [raw = ledger.get()](transport::Message message) {
                                    // Few and small: verified right here.
                                    if (!message.payload.empty()) raw->take(message.payload);
                                  }));
  return ledger;
}

TokenLedger::~TokenLedger() {
  (void)link_.bus().unsubscribe(filter_);
}

void TokenLedger::take(const std::string& payload) {
  const auto opened = security::open(payload, envelope::Kind::token_use, link_.operators());
  if (!opened || opened->role != security::Role::orchestrator) return;
  const auto use = envelope::unpack<v1::TokenUse>(opened->body, "token use");
  if (!use) return;
  const std::lock_guard lock(mutex_);
  if (total_ >= kTokenUsesMax) return;
  if (uses_[use->token_id()].insert(use->identity()).second) ++total_;
}

Status TokenLedger::use(const security::JoinToken& token, const std::string& identity,
                        const std::string& key_fingerprint) {
  {
    const std::lock_guard lock(mutex_);
    auto& users = uses_[token.id];
    if (users.count(identity) > 0) return {};
    if (token.uses > 0 && users.size() >= token.uses)
      return fail(Errc::refused,
                  fmt::format("join token {} is spent: it was for {} node{}, and {} used it",
                              token.id, token.uses, token.uses == 1 ? "" : "s", *users.rbegin()));
    users.insert(identity);
    ++total_;
  }
  v1::TokenUse use;
  use.set_token_id(token.id);
  use.set_identity(identity);
  use.set_key_fingerprint(key_fingerprint);
  use.set_at_ms(link_.clock().unix_ms());
  MUSTER_ASSIGN(auto sealed,
                link_.signer().seal(envelope::Kind::token_use, use.SerializeAsString()));
  return link_.bus().publish(transport::topics::token_use(link_.collective(), token.id, identity),
                             std::move(sealed), {.retain = true});
}

}  // namespace muster::provision
