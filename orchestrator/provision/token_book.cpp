#include "orchestrator/provision/token_book.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace muster::provision {

std::int64_t use_kept_until_ms(std::int64_t token_expires_at_ms) {
  return token_expires_at_ms + std::chrono::milliseconds(kUseKeptAfterEnd).count();
}

bool TokenBook::Token::name_counts_beside(const Key& key, const Use& use) const {
  for (auto at = uses.lower_bound({use.identity, ""});
       at != uses.end() && at->first.first == use.identity; ++at)
    if (at->first != key && !at->second.further && at->second.ca_fingerprint == use.ca_fingerprint)
      return true;
  return false;
}

void TokenBook::Token::add(Key key, Use use) {
  if (use.further || !name_counts_beside(key, use)) ++counted;
  uses.emplace(std::move(key), std::move(use));
}

std::size_t TokenBook::Token::erase(const Key& key) {
  const auto at = uses.find(key);
  if (at == uses.end()) return 0;
  if (at->second.further || !name_counts_beside(key, at->second)) --counted;
  uses.erase(at);
  return 1;
}

admission::Standing TokenBook::standing(const security::JoinClaims& token,
                                        const TokenUser& user) const {
  admission::Standing standing;
  const auto at = tokens_.find(token.id);
  if (at == tokens_.end()) return standing;
  const auto& [uses, counted, revocation] = at->second;
  standing.revoked = revocation.has_value();
  if (standing.revoked) standing.revoked_by = revocation->by;
  standing.used = counted;
  if (!uses.empty()) standing.last_user = uses.rbegin()->second.identity;
  for (auto use = uses.lower_bound({user.identity, ""});
       use != uses.end() && use->first.first == user.identity; ++use) {
    if (use->second.ca_fingerprint != user.ca_fingerprint) continue;
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
    if (use.allowed_uses > 0 && token.counted >= use.allowed_uses) continue;
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

// What is known is said first: it does not depend on what is not.
Result<bool> TokenBook::count(const security::JoinClaims& token, const TokenUser& user, Use use,
                              std::size_t dropped) {
  const Key key(user.identity, user.subject());
  if (const auto known = tokens_.find(token.id); known != tokens_.end()) {
    if (known->second.uses.contains(key)) return false;
    if (token.uses > 0 && known->second.counted >= token.uses)
      return fail(Errc::refused, fmt::format("join token {} was spent meanwhile", token.id));
  }
  MUSTER_TRY(check_room(dropped));
  tokens_[token.id].add(key, std::move(use));
  ++total_;
  return true;
}

bool TokenBook::take_back(const Place& place, const std::string& own_serial) {
  const auto* use = find_use(place);
  if (use == nullptr || use->signer_serial != own_serial) return false;
  total_ -= tokens_[place.token_id].erase({place.identity, place.subject});
  return true;
}

bool TokenBook::remember(const messages::TokenUse& use, const std::string& signer_serial) {
  if (use_kept_until_ms(use.expires_at_ms) < clock_.unix_ms()) return false;
  const auto& subject = use.ca_fingerprint.empty() ? use.key_fingerprint : use.ca_fingerprint;
  if (auto* known = find_use({use.token_id, use.identity, subject})) {
    known->signer_serial = signer_serial;
    known->at_ms = std::min(known->at_ms, use.at_ms);
    return true;
  }
  if (!room_for_one()) {
    ++lost_;
    return false;
  }
  const Use heard{use.identity,      use.ca_fingerprint, use.at_ms,        use.further,
                  use.expires_at_ms, signer_serial,      use.issued_at_ms, use.allowed_uses};
  tokens_[use.token_id].add(Key(use.identity, subject), heard);
  ++total_;
  return true;
}

bool TokenBook::is_missed(const Place& place) {
  const auto* use = find_use(place);
  if (use == nullptr) return false;
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
      if (revoked(use.signer_serial)) all.push_back({{id, key.first, key.second}});
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
