#include "orchestrator/provision/token_book.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace muster::provision {

std::int64_t use_kept_until_ms(std::int64_t token_expires_at_ms) {
  return token_expires_at_ms + std::chrono::milliseconds(kUseKeptAfterEnd).count();
}

bool TokenBook::Token::counts_once_more(const Key& key, const Use& use, bool of_granted) const {
  if (use.further) return true;
  for (auto at = uses.lower_bound({use.identity, ""});
       at != uses.end() && at->first.first == use.identity; ++at)
    if (at->first != key && !at->second.further &&
        at->second.ca_fingerprint == use.ca_fingerprint && (!of_granted || at->second.granted()))
      return false;
  return true;
}

void TokenBook::Token::add(Key key, Use use) {
  if (counts_once_more(key, use, false)) ++counted;
  if (use.granted() && counts_once_more(key, use, true)) ++granted;
  if (!use.granted()) claimed.insert(key);
  uses.emplace(std::move(key), std::move(use));
}

std::size_t TokenBook::Token::erase(const Key& key) {
  const auto at = uses.find(key);
  if (at == uses.end()) return 0;
  if (counts_once_more(key, at->second, false)) --counted;
  if (at->second.granted() && counts_once_more(key, at->second, true)) --granted;
  claimed.erase(key);
  uses.erase(at);
  return 1;
}

void TokenBook::Token::grant(const Key& key) {
  const auto at = uses.find(key);
  if (at == uses.end() || at->second.granted()) return;
  at->second.claimed_by.clear();
  claimed.erase(key);
  if (counts_once_more(key, at->second, true)) ++granted;
}

admission::Standing TokenBook::standing(const security::JoinClaims& token,
                                        const TokenUser& user) const {
  admission::Standing standing;
  const auto at = tokens_.find(token.id);
  if (at == tokens_.end()) return standing;
  const auto& [uses, claimed, counted, granted, revocation] = at->second;
  standing.revoked = revocation.has_value();
  if (standing.revoked) standing.revoked_by = revocation->by;
  standing.used = granted;
  const auto last = std::find_if(uses.rbegin(), uses.rend(),
                                 [](const auto& one) { return one.second.granted(); });
  if (last != uses.rend()) standing.last_user = last->second.identity;
  for (auto use = uses.lower_bound({user.identity, ""});
       use != uses.end() && use->first.first == user.identity; ++use) {
    if (use->second.ca_fingerprint != user.ca_fingerprint || !use->second.granted()) continue;
    standing.used_by_name = true;
    if (use->first.second == user.subject()) standing.own_since_ms = use->second.at_ms;
  }
  return standing;
}

std::vector<client::TokenEnd> TokenBook::in_use() const {
  std::vector<client::TokenEnd> tokens;
  for (const auto& [id, token] : tokens_) {
    if (token.uses.empty() || token.revocation) continue;
    const auto& use = token.uses.begin()->second;
    if (use.allowed_uses > 0 && token.granted >= use.allowed_uses) continue;
    tokens.push_back({id, use.issued_at_ms, use.expires_at_ms});
  }
  return tokens;
}

TokenBook::Use* TokenBook::find_use(const Place& place) {
  const auto token = tokens_.find(place.token_id);
  if (token == tokens_.end()) return nullptr;
  const auto use = token->second.uses.find({place.identity, place.subject});
  return use == token->second.uses.end() ? nullptr : &use->second;
}

const TokenBook::Use* TokenBook::find(const Place& place) const {
  return const_cast<TokenBook*>(this)->find_use(place);
}

const TokenBook::Revocation* TokenBook::revocation(const std::string& token_id) const {
  const auto token = tokens_.find(token_id);
  if (token == tokens_.end() || !token->second.revocation) return nullptr;
  return &*token->second.revocation;
}

Status TokenBook::count(const Place& place, Use use, std::size_t dropped) {
  if (find_use(place) != nullptr) return {};
  MUSTER_TRY(check_room(dropped));
  tokens_[place.token_id].add({place.identity, place.subject}, std::move(use));
  ++total_;
  return {};
}

TokenBook::Left TokenBook::left(const std::string& token_id, std::uint32_t allowed,
                                std::size_t asked) const {
  const auto known = tokens_.find(token_id);
  const auto granted = known == tokens_.end() ? 0U : known->second.granted;
  const auto counted = known == tokens_.end() ? 0U : known->second.counted;
  if (granted >= allowed) return Left::none;
  return counted + asked >= allowed ? Left::claims_only : Left::some;
}

bool TokenBook::is_within(const std::string& token_id, std::uint32_t allowed) const {
  const auto known = tokens_.find(token_id);
  return known == tokens_.end() || known->second.counted <= allowed;
}

const TokenBook::Use* TokenBook::of_another_key(const Place& place, const Use& use) const {
  const auto token = tokens_.find(place.token_id);
  if (token == tokens_.end()) return nullptr;
  const auto& uses = token->second.uses;
  for (auto at = uses.lower_bound({place.identity, ""});
       at != uses.end() && at->first.first == place.identity; ++at)
    if (at->first.second != place.subject && at->second.ca_fingerprint == use.ca_fingerprint)
      return &at->second;
  return nullptr;
}

std::vector<TokenBook::Claim> TokenBook::ended_claims(const std::string& token_id) const {
  std::vector<Claim> ended;
  const auto token = tokens_.find(token_id);
  if (token == tokens_.end()) return ended;
  const auto now = clock_.steady();
  for (const auto& key : token->second.claimed) {
    const auto& use = token->second.uses.at(key);
    if (now - use.claimed_at >= use.ends_after)
      ended.push_back({{token_id, key.first, key.second}, use});
  }
  return ended;
}

bool TokenBook::is_anothers(const Use& use, const std::string& session) const {
  return use.claimed_by != session && clock_.steady() - use.claimed_at < kClaimSettles;
}

void TokenBook::grant(const Place& place) {
  const auto token = tokens_.find(place.token_id);
  if (token != tokens_.end()) token->second.grant({place.identity, place.subject});
}

void TokenBook::withdraw(const Place& place, const std::string& claimed_by) {
  const auto* use = find_use(place);
  if (use != nullptr && !use->granted() && use->claimed_by == claimed_by)
    total_ -= tokens_[place.token_id].erase({place.identity, place.subject});
}

bool TokenBook::take_back(const Place& place, const std::string& own_serial) {
  const auto* use = find_use(place);
  if (use == nullptr || use->signer_serial != own_serial) return false;
  total_ -= tokens_[place.token_id].erase({place.identity, place.subject});
  return true;
}

TokenBook::Heard TokenBook::remember(const messages::TokenUse& use,
                                     const std::string& signer_serial) {
  using messages::UseStage;
  if (use_kept_until_ms(use.expires_at_ms) < clock_.unix_ms()) return Heard::nothing;
  const Place place{use.token_id, use.identity,
                    use.ca_fingerprint.empty() ? use.key_fingerprint : use.ca_fingerprint};
  auto* known = find_use(place);
  if (known != nullptr && known->granted() && use.stage != UseStage::granted) return Heard::less;
  if (use.stage == UseStage::withdrawn) return withdrawn(place, known, use.claimed_by);
  if (known == nullptr) {
    Use heard{use.identity,      use.ca_fingerprint, use.at_ms,        use.further,
              use.expires_at_ms, signer_serial,      use.issued_at_ms, use.allowed_uses};
    if (use.stage == UseStage::claimed) heard.claimed_by = use.claimed_by;
    return add(place, std::move(heard));
  }
  if (use.stage == UseStage::claimed) return claimed_again(*known, use, signer_serial);
  known->signer_serial = signer_serial;
  known->at_ms = std::min(known->at_ms, use.at_ms);
  grant(place);
  return Heard::granted;
}

// By another than of whom we know the claim: he knew it as older than we do, who heard of it later, and claimed it in his
// place. So it ends once nothing can come of it.
TokenBook::Heard TokenBook::withdrawn(const Place& place, Use* known,
                                      const std::string& claimed_by) {
  if (known == nullptr) return Heard::nothing;
  if (known->claimed_by != claimed_by) {
    known->ends_after = kClaimSettles;
    return Heard::nothing;
  }
  withdraw(place, claimed_by);
  return Heard::withdrawn;
}

TokenBook::Heard TokenBook::add(const Place& place, Use use) {
  if (!room_for_one()) {
    ++lost_;
    return Heard::nothing;
  }
  const bool granted = use.granted();
  if (!granted) use.claimed_at = clock_.steady();
  tokens_[place.token_id].add({place.identity, place.subject}, std::move(use));
  ++total_;
  return granted ? Heard::granted : Heard::claim;
}

// Whoever claimed it first decides, in the broker's order, until nothing can come of that any more.
TokenBook::Heard TokenBook::claimed_again(Use& known, const messages::TokenUse& use,
                                          const std::string& signer_serial) {
  const auto now = clock_.steady();
  if (known.claimed_by != use.claimed_by && now - known.claimed_at < kGrantSaidWithin)
    return Heard::nothing;
  // The same, as it stands on the bus: a new link brings it again, and it is no younger for that.
  if (known.claimed_by == use.claimed_by && known.at_ms == use.at_ms) return Heard::nothing;
  known.claimed_by = use.claimed_by;
  known.claimed_at = now;
  known.ends_after = kClaimEnds;
  known.at_ms = use.at_ms;
  known.signer_serial = signer_serial;
  return Heard::claim;
}

// A claim is its maker's to say again.
bool TokenBook::is_missed(const Place& place) {
  const auto* use = find_use(place);
  if (use == nullptr || !use->granted()) return false;
  if (clock_.unix_ms() < use->expires_at_ms) return true;
  total_ -= tokens_[place.token_id].erase({place.identity, place.subject});
  return false;
}

// Not earlier: while a clock is wrong, what is spent must not become good again.
bool TokenBook::room_for_one() {
  const auto now = clock_.steady();
  const bool looked = forgot_at_ && now - *forgot_at_ < kForgetEvery;
  if (total_ >= uses_max_ && !looked) {
    forgot_at_ = now;
    forget_what_is_over();
  }
  return total_ < uses_max_;
}

void TokenBook::forget_what_is_over() {
  const auto now_ms = clock_.unix_ms();
  for (auto& [id, token] : tokens_) {
    std::vector<Key> over;
    for (const auto& [key, use] : token.uses)
      if (use_kept_until_ms(use.expires_at_ms) < now_ms) over.push_back(key);
    for (const auto& key : over) total_ -= token.erase(key);
  }
  std::erase_if(tokens_,
                [](const auto& one) { return one.second.uses.empty() && !one.second.revocation; });
}

Status TokenBook::check_room(std::size_t dropped) {
  if (const auto lost = lost_ + dropped; lost > 0)
    return fail(
        Errc::limit,
        fmt::format("{} uses of join tokens were heard and not kept, so that it is not known "
                    "which tokens are spent: no token is used any more until this "
                    "orchestrator starts anew and can keep them all, {} at most, also "
                    "those of tokens that ended within {} h",
                    lost, uses_max_, kUseKeptAfterEnd.count()));
  if (room_for_one()) return {};
  return fail(Errc::limit,
              fmt::format("{} uses of join tokens are remembered, as many as may be: no token is "
                          "used any more until some have been over for {} h; give tokens shorter "
                          "lives ('muster token create --ttl')",
                          uses_max_, kUseKeptAfterEnd.count()));
}

void TokenBook::revoke(const std::string& token_id, Revocation revocation) {
  tokens_[token_id].revocation = std::move(revocation);
}

void TokenBook::heard_revoked(const std::string& token_id, Revocation revocation) {
  auto& known = tokens_[token_id].revocation;
  if (known)
    known->signer_serial = std::move(revocation.signer_serial);
  else
    known = std::move(revocation);
}

std::vector<TokenBook::Signed> TokenBook::signed_by(
    const std::function<bool(const std::string& serial)>& revoked) const {
  std::vector<Signed> all;
  for (const auto& [id, token] : tokens_) {
    for (const auto& [key, use] : token.uses)
      if (use.granted() && revoked(use.signer_serial)) all.push_back({{id, key.first, key.second}});
    if (token.revocation && revoked(token.revocation->signer_serial)) all.push_back({{id, "", ""}});
  }
  return all;
}

void TokenBook::set_signer(const Signed& what, const std::string& serial) {
  const auto token = tokens_.find(what.place.token_id);
  if (token == tokens_.end()) return;
  if (what.is_revocation() && token->second.revocation)
    token->second.revocation->signer_serial = serial;
  if (auto* use = find_use(what.place)) use->signer_serial = serial;
}

}  // namespace muster::provision
