#include "orchestrator/provision/token_ledger.hpp"

#include <fmt/format.h>

#include <set>

#include "orchestrator/client/link.hpp"
#include "orchestrator/client/retained.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/schema/muster.pb.h"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"

namespace muster::provision {

namespace topics = transport::topics;

TokenLedger::TokenLedger(client::Link& link, std::size_t uses_max)
    : link_(link), uses_max_(uses_max) {}

Result<std::unique_ptr<TokenLedger>> TokenLedger::watch(client::Link& link,
                                                        std::chrono::milliseconds patience,
                                                        std::size_t uses_max) {
  std::unique_ptr<TokenLedger> ledger(new TokenLedger(link, uses_max));
  auto* raw = ledger.get();
  ledger->heard_revocations_ = std::make_unique<client::Retained>(
      "revocations", link, topics::token_revocation(link.collective(), "+"), kLedgerQueue,
      [raw](const transport::Message& message) { return raw->take_revocation(message); });
  ledger->heard_uses_ = std::make_unique<client::Retained>(
      "token uses", link, topics::token_use(link.collective(), "+", "+", "+"), kLedgerQueue,
      [raw](const transport::Message& message) { return raw->take_use(message); });
  for (auto* heard : {raw->heard_revocations_.get(), raw->heard_uses_.get()}) {
    MUSTER_TRY(heard->start());
    MUSTER_ASSIGN(const bool complete, heard->wait_complete(patience));
    if (!complete)
      return fail(Errc::timeout, fmt::format("not all uses of join tokens were verified within {} "
                                             "ms",
                                             patience.count()));
  }
  return ledger;
}

TokenLedger::~TokenLedger() = default;

bool TokenLedger::take_use(const transport::Message& message) {
  if (message.payload.empty()) {
    put_back_use(message.topic);
    return true;
  }
  link_.catch_up();
  const auto opened = security::open_from_orchestrator(message.payload, envelope::Kind::token_use,
                                                       link_.operators());
  if (!opened) {
    log::warning("a token's use was refused",
                 {{"topic", message.topic}, {"why", opened.error().message}});
    return false;
  }
  const auto use = envelope::unpack<v1::TokenUse>(opened->body, "token use");
  if (!use) return false;
  const auto& subject =
      use->ca_fingerprint().empty() ? use->key_fingerprint() : use->ca_fingerprint();
  if (message.topic !=
      topics::token_use(link_.collective(), use->token_id(), use->identity(), subject))
    return false;
  remember(*use, opened->certificate.serial_hex());
  return true;
}

void TokenLedger::remember(const v1::TokenUse& use, const std::string& signer_serial) {
  const auto kept_ms = std::chrono::milliseconds(kUseKeptAfterEnd).count();
  if (use.expires_at_ms() + kept_ms < link_.clock().unix_ms()) return;
  const bool master = !use.ca_fingerprint().empty();
  const auto& subject = master ? use.ca_fingerprint() : use.key_fingerprint();
  const Use heard{use.identity(),     use.ca_fingerprint(), use.at_ms(),
                  use.further(),      use.expires_at_ms(),  signer_serial,
                  use.issued_at_ms(), use.allowed_uses()};
  const std::lock_guard lock(mutex_);
  if (!room_for_one()) return;
  const auto [at, is_new] =
      tokens_[use.token_id()].uses.emplace(std::pair(use.identity(), subject), heard);
  if (is_new) {
    ++total_;
    return;
  }
  at->second.signer_serial = signer_serial;
  at->second.at_ms = std::min(at->second.at_ms, heard.at_ms);
}

// Not earlier: while a clock is wrong, what is spent must not become good again.
bool TokenLedger::room_for_one() {
  const auto now = link_.clock().steady();
  if (total_ < uses_max_ || (forgot_at_ && now - *forgot_at_ < kForgetEvery))
    return total_ < uses_max_;
  forgot_at_ = now;
  const auto over_ms =
      link_.clock().unix_ms() - std::chrono::milliseconds(kUseKeptAfterEnd).count();
  for (auto& [id, token] : tokens_)
    total_ -= std::erase_if(token.uses,
                            [&](const auto& one) { return one.second.expires_at_ms < over_ms; });
  std::erase_if(tokens_, [](const auto& one) {
    return one.second.uses.empty() && one.second.revoked_by.empty();
  });
  return total_ < uses_max_;
}

bool TokenLedger::take_revocation(const transport::Message& message) {
  const std::string token_id(topics::last_level(message.topic));
  if (message.payload.empty()) {
    v1::TokenRevocation again;
    {
      const std::lock_guard lock(mutex_);
      const auto at = tokens_.find(token_id);
      if (at == tokens_.end() || at->second.revoked_by.empty()) return true;
      again.set_by(at->second.revoked_by);
    }
    again.set_token_id(token_id);
    again.set_at_ms(link_.clock().unix_ms());
    if (auto sent = publish(again); !sent)
      log::warning("cannot put back a token's revocation", {{"why", sent.error().message}});
    return true;
  }
  const auto opened = security::open_from_orchestrator(
      message.payload, envelope::Kind::token_revocation, link_.operators());
  if (!opened) return false;
  const auto in = envelope::unpack<v1::TokenRevocation>(opened->body, "token revocation");
  if (!in || in->token_id() != token_id) return false;
  const std::lock_guard lock(mutex_);
  tokens_[token_id].revocation_signer = opened->certificate.serial_hex();
  auto& revoked_by = tokens_[token_id].revoked_by;
  if (revoked_by.empty())
    revoked_by = in->reason().empty() ? in->by() : fmt::format("{} ({})", in->by(), in->reason());
  return true;
}

void TokenLedger::sign_what_revoked_signed() {
  const auto revoked = [this](const std::string& serial) {
    return link_.operators().revoked(serial).has_value();
  };
  const auto ours = link_.signer().chain().front().serial_hex();
  if (revoked(ours)) return;  // nobody would believe us
  std::uint64_t lists = 0;    // grows with each
  for (const auto& held : link_.operators().lists()) lists += held.list.number();
  const std::lock_guard lock(mutex_);
  if (lists == judged_by_) return;
  bool all = true;
  for (auto& [id, token] : tokens_) {
    for (auto& [key, use] : token.uses)
      if (revoked(use.signer_serial)) {
        const bool sent = publish(id, key.second, use).has_value();
        if (sent) use.signer_serial = ours;
        all = all && sent;
      }
    if (token.revoked_by.empty() || !revoked(token.revocation_signer)) continue;
    v1::TokenRevocation again;
    again.set_token_id(id);
    again.set_by(token.revoked_by);
    again.set_at_ms(link_.clock().unix_ms());
    const bool sent = publish(again).has_value();
    if (sent) token.revocation_signer = ours;
    all = all && sent;
  }
  if (all) judged_by_ = lists;  // else the next call goes on
}

// Nobody may remove a use; its token may be over, though.
void TokenLedger::put_back_use(const std::string& topic) {
  const std::string token_id(topics::level(topic, 5).value_or(""));
  const std::string identity(topics::level(topic, 6).value_or(""));
  const std::string subject(topics::last_level(topic));
  Use use;
  {
    const std::lock_guard lock(mutex_);
    const auto token = tokens_.find(token_id);
    if (token == tokens_.end()) return;
    const auto at = token->second.uses.find({identity, subject});
    if (at == token->second.uses.end()) return;
    if (link_.clock().unix_ms() >= at->second.expires_at_ms) {
      token->second.uses.erase(at);
      --total_;
      return;
    }
    use = at->second;
  }
  if (auto sent = publish(token_id, subject, use); !sent)
    log::warning("cannot put back a token's use", {{"why", sent.error().message}});
}

// Distinct names, for masters with their CAs, and the further keys that the token itself let in.
std::uint32_t TokenLedger::counted(const Token& token) {
  std::set<std::pair<std::string, std::string>> names;
  std::uint32_t further = 0;
  for (const auto& [key, use] : token.uses) {
    if (use.further)
      ++further;
    else
      names.insert({use.identity, use.ca_fingerprint});
  }
  return static_cast<std::uint32_t>(names.size()) + further;
}

admission::Standing TokenLedger::standing(const security::JoinClaims& token,
                                          const User& user) const {
  admission::Standing standing;
  const std::lock_guard lock(mutex_);
  const auto at = tokens_.find(token.id);
  if (at == tokens_.end()) return standing;
  standing.revoked_by = at->second.revoked_by;
  standing.revoked = !standing.revoked_by.empty();
  standing.used = counted(at->second);
  for (const auto& [key, use] : at->second.uses) {
    standing.last_user = use.identity;
    if (use.identity != user.identity || use.ca_fingerprint != user.ca_fingerprint) continue;
    standing.used_by_name = true;
    if (key.second == user.subject()) standing.own_since_ms = use.at_ms;
  }
  return standing;
}

std::vector<client::TokenEnd> TokenLedger::in_use() const {
  std::vector<client::TokenEnd> tokens;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, token] : tokens_) {
    if (token.uses.empty() || !token.revoked_by.empty()) continue;
    const auto& use = token.uses.begin()->second;
    if (use.allowed_uses > 0 && counted(token) >= use.allowed_uses) continue;
    tokens.push_back({id, use.issued_at_ms, use.expires_at_ms});
  }
  return tokens;
}

Status TokenLedger::use(const security::JoinClaims& token, const User& user, bool further) {
  const Use use{user.identity,           user.ca_fingerprint,
                link_.clock().unix_ms(), further,
                token.expires_at_ms,     link_.signer().chain().front().serial_hex(),
                token.issued_at_ms,      token.uses};
  {
    const std::lock_guard lock(mutex_);
    if (!room_for_one())
      return fail(Errc::limit, fmt::format("{} uses of join tokens are remembered, as many as may "
                                           "be; wait until tokens expire",
                                           uses_max_));
    auto& known = tokens_[token.id];
    if (token.uses > 0 && counted(known) >= token.uses)
      return fail(Errc::refused, fmt::format("join token {} was spent meanwhile", token.id));
    if (!known.uses.emplace(std::pair(user.identity, user.subject()), use).second) return {};
    ++total_;
  }
  auto told = publish(token.id, user.subject(), use);
  if (!told) {  // or the next attempt would find it there, and nobody else would ever hear of it
    const std::lock_guard lock(mutex_);
    total_ -= tokens_[token.id].uses.erase({user.identity, user.subject()});
  }
  return told;
}

Status TokenLedger::publish(const std::string& token_id, const std::string& subject,
                            const Use& use) {
  v1::TokenUse out;
  out.set_token_id(token_id);
  out.set_identity(use.identity);
  if (use.ca_fingerprint.empty()) out.set_key_fingerprint(subject);
  out.set_ca_fingerprint(use.ca_fingerprint);
  out.set_at_ms(use.at_ms);
  out.set_further(use.further);
  out.set_expires_at_ms(use.expires_at_ms);
  out.set_issued_at_ms(use.issued_at_ms);
  out.set_allowed_uses(use.allowed_uses);
  MUSTER_ASSIGN(auto sealed, link_.signer().seal(envelope::Kind::token_use, envelope::pack(out)));
  return link_.bus().publish(topics::token_use(link_.collective(), token_id, use.identity, subject),
                             std::move(sealed), {.retain = true});
}

Status TokenLedger::publish(const v1::TokenRevocation& revocation) {
  MUSTER_ASSIGN(auto sealed,
                link_.signer().seal(envelope::Kind::token_revocation, envelope::pack(revocation)));
  return link_.bus().publish(topics::token_revocation(link_.collective(), revocation.token_id()),
                             std::move(sealed), {.retain = true});
}

Status TokenLedger::revoke(const std::string& token_id, const std::string& by,
                           const std::string& reason) {
  MUSTER_TRY(base::check_word("token id", token_id));
  v1::TokenRevocation revocation;
  revocation.set_token_id(token_id);
  revocation.set_by(by);
  revocation.set_reason(reason);
  revocation.set_at_ms(link_.clock().unix_ms());
  {
    const std::lock_guard lock(mutex_);
    tokens_[token_id].revocation_signer = link_.signer().chain().front().serial_hex();
    tokens_[token_id].revoked_by = reason.empty() ? by : fmt::format("{} ({})", by, reason);
  }
  return publish(revocation);
}

}  // namespace muster::provision
