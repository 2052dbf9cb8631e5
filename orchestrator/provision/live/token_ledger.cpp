#include "orchestrator/provision/live/token_ledger.hpp"

#include <fmt/format.h>

#include <set>

#include "orchestrator/client/link.hpp"
#include "orchestrator/client/retained.hpp"
#include "orchestrator/provision/live/ledger_file.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/messages/token_use.hpp"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"

namespace muster::provision {

namespace topics = transport::topics;
namespace {

constexpr base::Throttle::Rate kUnwrittenToldEvery{
    .burst = 1, .every = std::chrono::milliseconds(60'000), .names_max = 1};

std::int64_t kept_until_ms(std::int64_t token_expires_at_ms) {
  return token_expires_at_ms + std::chrono::milliseconds(kUseKeptAfterEnd).count();
}

}  // namespace

TokenLedger::TokenLedger(client::Link& link, Options options)
    : link_(link),
      options_(std::move(options)),
      told_full_(link.clock(), {.burst = 1, .every = kFullToldEvery, .names_max = 1}),
      told_unwritten_(link.clock(), kUnwrittenToldEvery) {}

Result<std::unique_ptr<TokenLedger>> TokenLedger::watch(client::Link& link,
                                                        std::chrono::milliseconds patience) {
  return watch(link, patience, Options{});
}

Result<std::unique_ptr<TokenLedger>> TokenLedger::watch(client::Link& link,
                                                        std::chrono::milliseconds patience,
                                                        Options options) {
  const auto queue = options.queue;
  std::unique_ptr<TokenLedger> ledger(new TokenLedger(link, std::move(options)));
  auto* raw = ledger.get();
  if (const auto& file = raw->options_.file; !file.empty()) {
    MUSTER_ASSIGN(raw->file_, LedgerFile::open(file, link.clock()));
    raw->file_->gather();
  }
  ledger->heard_revocations_ = std::make_unique<client::Retained>(
      "revocations", link, topics::token_revocation(link.collective(), "+"), queue,
      [raw](const transport::Message& message) { return raw->take_revocation(message); });
  ledger->heard_uses_ = std::make_unique<client::Retained>(
      "token uses", link, topics::token_use(link.collective(), "+", "+", "+"), queue,
      [raw](const transport::Message& message) { return raw->take_use(message); });
  MUSTER_TRY(ledger->hear_all(patience));
  if (raw->file_) {
    MUSTER_TRY(raw->bring_back());
    MUSTER_TRY(raw->file_->settle());
  }
  return ledger;
}

Status TokenLedger::hear_all(std::chrono::milliseconds patience) {
  for (auto* heard : {heard_revocations_.get(), heard_uses_.get()}) {
    MUSTER_TRY(heard->start());
    MUSTER_ASSIGN(const bool complete, heard->wait_complete(patience));
    if (!complete)
      return fail(Errc::timeout, fmt::format("not all uses of join tokens were verified within {} "
                                             "ms",
                                             patience.count()));
  }
  return {};
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
  const auto use = messages::TokenUse::decode(opened->body);
  if (!use) return false;
  const auto& subject = use->ca_fingerprint.empty() ? use->key_fingerprint : use->ca_fingerprint;
  if (message.topic != topics::token_use(link_.collective(), use->token_id, use->identity, subject))
    return false;
  if (remember(*use, opened->certificate.serial_hex()))
    write_down(message.topic, message.payload, kept_until_ms(use->expires_at_ms));
  return true;
}

bool TokenLedger::remember(const messages::TokenUse& use, const std::string& signer_serial) {
  if (kept_until_ms(use.expires_at_ms) < link_.clock().unix_ms()) return false;
  const bool master = !use.ca_fingerprint.empty();
  const auto& subject = master ? use.ca_fingerprint : use.key_fingerprint;
  const Use heard{use.identity,      use.ca_fingerprint, use.at_ms,        use.further,
                  use.expires_at_ms, signer_serial,      use.issued_at_ms, use.allowed_uses};
  const std::pair key(use.identity, subject);
  const std::lock_guard lock(mutex_);
  if (const auto token = tokens_.find(use.token_id); token != tokens_.end())
    if (const auto known = token->second.uses.find(key); known != token->second.uses.end()) {
      known->second.signer_serial = signer_serial;
      known->second.at_ms = std::min(known->second.at_ms, heard.at_ms);
      return true;
    }
  if (!room_for_one()) {
    ++lost_;
    return false;
  }
  tokens_[use.token_id].uses.emplace(key, heard);
  ++total_;
  return true;
}

// Not earlier: while a clock is wrong, what is spent must not become good again.
bool TokenLedger::room_for_one() {
  const auto now = link_.clock().steady();
  const auto most = options_.uses_max;
  if (total_ < most || (forgot_at_ && now - *forgot_at_ < kForgetEvery)) return total_ < most;
  forgot_at_ = now;
  const auto over_ms =
      link_.clock().unix_ms() - std::chrono::milliseconds(kUseKeptAfterEnd).count();
  for (auto& [id, token] : tokens_)
    total_ -= std::erase_if(token.uses,
                            [&](const auto& one) { return one.second.expires_at_ms < over_ms; });
  std::erase_if(tokens_, [](const auto& one) {
    return one.second.uses.empty() && one.second.revoked_by.empty();
  });
  return total_ < most;
}

Status TokenLedger::check_room() {
  if (const auto lost = lost_ + heard_uses_->dropped(); lost > 0)
    return fail(
        Errc::limit,
        fmt::format("{} uses of join tokens were heard and not kept, so that it is not known "
                    "which tokens are spent: no token is used any more until this "
                    "orchestrator starts anew and can keep them all, {} at most, also "
                    "those of tokens that ended within {} h",
                    lost, options_.uses_max, kUseKeptAfterEnd.count()));
  if (room_for_one()) return {};
  return fail(Errc::limit,
              fmt::format("{} uses of join tokens are remembered, as many as may be: no token is "
                          "used any more until some have been over for {} h; give tokens shorter "
                          "lives ('muster token create --ttl')",
                          options_.uses_max, kUseKeptAfterEnd.count()));
}

void TokenLedger::tell_full(const std::string& why) {
  if (!told_full_.pass()) return;
  log::error("no join token can be used", {{"why", why}});
  if (options_.on_full) options_.on_full(why);
}

bool TokenLedger::take_revocation(const transport::Message& message) {
  const std::string token_id(topics::last_level(message.topic));
  if (message.payload.empty()) {
    messages::TokenRevocation again;
    {
      const std::lock_guard lock(mutex_);
      const auto at = tokens_.find(token_id);
      if (at == tokens_.end() || at->second.revoked_by.empty()) return true;
      again.by = at->second.revoked_by;
    }
    again.token_id = token_id;
    again.at_ms = link_.clock().unix_ms();
    if (auto sent = publish(again); !sent)
      log::warning("cannot put back a token's revocation", {{"why", sent.error().message}});
    return true;
  }
  const auto opened = security::open_from_orchestrator(
      message.payload, envelope::Kind::token_revocation, link_.operators());
  if (!opened) return false;
  const auto in = messages::TokenRevocation::decode(opened->body);
  if (!in || in->token_id != token_id) return false;
  write_down(message.topic, message.payload, LedgerFile::kForEver);
  const std::lock_guard lock(mutex_);
  tokens_[token_id].revocation_signer = opened->certificate.serial_hex();
  auto& revoked_by = tokens_[token_id].revoked_by;
  if (revoked_by.empty())
    revoked_by = in->reason.empty() ? in->by : fmt::format("{} ({})", in->by, in->reason);
  return true;
}

std::vector<TokenLedger::Disowned> TokenLedger::disowned() const {
  const auto revoked = [this](const std::string& serial) {
    return link_.operators().revoked(serial).has_value();
  };
  std::vector<Disowned> all;
  for (const auto& [id, token] : tokens_) {
    for (const auto& [key, use] : token.uses)
      if (revoked(use.signer_serial)) all.push_back({id, key, use, ""});
    if (!token.revoked_by.empty() && revoked(token.revocation_signer))
      all.push_back({id, {}, {}, token.revoked_by});
  }
  return all;
}

Status TokenLedger::sign_anew(const Disowned& one) {
  const auto ours = link_.signer().chain().front().serial_hex();
  const bool is_use = one.revoked_by.empty();
  if (is_use) {
    MUSTER_TRY(publish(one.token_id, one.key.second, one.use));
  } else {
    messages::TokenRevocation again;
    again.token_id = one.token_id;
    again.by = one.revoked_by;
    again.at_ms = link_.clock().unix_ms();
    MUSTER_TRY(publish(again));
  }
  const std::lock_guard lock(mutex_);
  const auto token = tokens_.find(one.token_id);
  if (token == tokens_.end()) return {};
  if (!is_use) token->second.revocation_signer = ours;
  if (const auto use = token->second.uses.find(one.key); is_use && use != token->second.uses.end())
    use->second.signer_serial = ours;
  return {};
}

// Signed and published under no lock: standing() must not wait for it.
void TokenLedger::sign_what_revoked_signed() {
  const auto ours = link_.signer().chain().front().serial_hex();
  if (link_.operators().revoked(ours)) return;  // nobody would believe us
  std::uint64_t lists = 0;                      // grows with each
  for (const auto& held : link_.operators().lists()) lists += held.list.number();
  std::vector<Disowned> found;
  {
    const std::lock_guard lock(mutex_);
    if (lists == judged_by_) return;
    found = disowned();
  }
  bool all = true;
  for (const auto& one : found) all = sign_anew(one).has_value() && all;
  if (!all) return;  // the next call goes on
  const std::lock_guard lock(mutex_);
  judged_by_ = lists;
}

// Nobody may remove a use; its token may be over, though.
void TokenLedger::put_back_use(const std::string& topic) {
  const std::string token_id(topics::level(topic, kUseTokenLevel).value_or(""));
  const std::string identity(topics::level(topic, kUseNameLevel).value_or(""));
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

// What is known is said first: it does not depend on what is not.
Status TokenLedger::count(const security::JoinClaims& token, const User& user, const Use& use,
                          bool& is_new) {
  const std::pair key(user.identity, user.subject());
  const std::lock_guard lock(mutex_);
  if (const auto known = tokens_.find(token.id); known != tokens_.end()) {
    if (known->second.uses.contains(key)) return {};
    if (token.uses > 0 && counted(known->second) >= token.uses)
      return fail(Errc::refused, fmt::format("join token {} was spent meanwhile", token.id));
  }
  MUSTER_TRY(check_room());
  is_new = tokens_[token.id].uses.emplace(key, use).second;
  ++total_;
  return {};
}

Status TokenLedger::use(const security::JoinClaims& token, const User& user, bool further) {
  const Use use{user.identity,           user.ca_fingerprint,
                link_.clock().unix_ms(), further,
                token.expires_at_ms,     link_.signer().chain().front().serial_hex(),
                token.issued_at_ms,      token.uses};
  bool is_new = false;
  if (auto room = count(token, user, use, is_new); !room) {
    if (room.error().code == Errc::limit) tell_full(room.error().message);
    return room;
  }
  if (!is_new) return {};
  auto told = publish(token.id, user.subject(), use);
  if (!told) {  // or the next attempt would find it there, and nobody else would ever hear of it
    const std::lock_guard lock(mutex_);
    total_ -= tokens_[token.id].uses.erase({user.identity, user.subject()});
  }
  if (!told && file_)
    static_cast<void>(file_->forget(
        topics::token_use(link_.collective(), token.id, user.identity, user.subject())));
  return told;
}

Status TokenLedger::publish(const std::string& token_id, const std::string& subject,
                            const Use& use) {
  messages::TokenUse out;
  out.token_id = token_id;
  out.identity = use.identity;
  if (use.ca_fingerprint.empty()) out.key_fingerprint = subject;
  out.ca_fingerprint = use.ca_fingerprint;
  out.at_ms = use.at_ms;
  out.further = use.further;
  out.expires_at_ms = use.expires_at_ms;
  out.issued_at_ms = use.issued_at_ms;
  out.allowed_uses = use.allowed_uses;
  MUSTER_ASSIGN(auto sealed, link_.signer().seal(envelope::Kind::token_use, out.encode()));
  const auto topic = topics::token_use(link_.collective(), token_id, use.identity, subject);
  write_down(topic, sealed, kept_until_ms(use.expires_at_ms));
  return link_.bus().publish(topic, std::move(sealed), {.retain = true});
}

Status TokenLedger::publish(const messages::TokenRevocation& revocation) {
  MUSTER_ASSIGN(auto sealed,
                link_.signer().seal(envelope::Kind::token_revocation, revocation.encode()));
  const auto topic = topics::token_revocation(link_.collective(), revocation.token_id);
  write_down(topic, sealed, LedgerFile::kForEver);
  return link_.bus().publish(topic, std::move(sealed), {.retain = true});
}

Status TokenLedger::revoke(const std::string& token_id, const std::string& by,
                           const std::string& reason) {
  MUSTER_TRY(base::check_word("token id", token_id));
  messages::TokenRevocation revocation;
  revocation.token_id = token_id;
  revocation.by = by;
  revocation.reason = reason;
  revocation.at_ms = link_.clock().unix_ms();
  {
    const std::lock_guard lock(mutex_);
    tokens_[token_id].revocation_signer = link_.signer().chain().front().serial_hex();
    tokens_[token_id].revoked_by = reason.empty() ? by : fmt::format("{} ({})", by, reason);
  }
  return publish(revocation);
}

}  // namespace muster::provision
