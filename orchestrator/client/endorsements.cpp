#include "orchestrator/client/endorsements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "orchestrator/admission/master_name.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"

namespace muster::client {
namespace {

bool ends_before(const x509::Certificate& one, const x509::Certificate& other) {
  if (one.not_after_ms() != other.not_after_ms()) return one.not_after_ms() < other.not_after_ms();
  return one.fingerprint() < other.fingerprint();
}

}  // namespace

bool Endorsements::stands(const std::string& ca_fingerprint) const {
  const auto known = by_ca_.find(ca_fingerprint);
  return known != by_ca_.end() && !known->second.withdrawn && known->second.ends_at_ms > 0;
}

// Who speaks of a CA before its people do must not keep them from adding it: only its own count, and are refused.
Status Endorsements::count_room_for(const admission::Endorsement& endorsement) const {
  const auto fingerprint = endorsement.fingerprint();
  const auto& signer = endorsement.signer_serial;
  const auto known = spoken_.find(fingerprint);
  const bool is_new = known == spoken_.end();
  const bool is_its = is_new || known->second.first_signer == signer;
  const bool will_stand = is_its && !endorsement.withdrawn && !stands(fingerprint);
  if (is_new && spoken_.size() >= kCasMax)
    return fail(Errc::limit, fmt::format("{} CAs are known already, withdrawn ones among them, "
                                         "which is the limit; 'muster trust list' shows them",
                                         kCasMax));
  if (!is_new && !will_stand) return {};
  std::size_t its = 0;
  std::size_t standing = 0;
  for (const auto& [ca, spoken] : spoken_) {
    if (spoken.first_signer != signer) continue;
    ++its;
    if (stands(ca)) ++standing;
  }
  const bool too_many = is_new && its >= kCasOfSignerMax;
  if (!too_many && !(will_stand && standing >= kStandingCasOfSignerMax)) return {};
  return fail(Errc::limit,
              fmt::format("the certificate {} {} {} CAs already, which is the limit of one "
                          "orchestrator; is it stolen? Then revoke it",
                          signer, too_many ? "has told of" : "endorses",
                          too_many ? kCasOfSignerMax : kStandingCasOfSignerMax));
}

Status Endorsements::room_for(const admission::Endorsement& endorsement) const {
  const std::lock_guard lock(mutex_);
  return count_room_for(endorsement);
}

Status Endorsements::room_to_sign(const admission::Endorsement& endorsement) const {
  if (endorsement.withdrawn) return {};
  const std::lock_guard lock(mutex_);
  std::size_t standing = 0;
  for (const auto& [ca, known] : by_ca_)
    if (known.signer_serial == endorsement.signer_serial && ca != endorsement.fingerprint() &&
        stands(ca))
      ++standing;
  if (standing < kStandingCasOfSignerMax) return {};
  return fail(Errc::limit,
              fmt::format("this orchestrator endorses {} CAs already: who starts anew believes no "
                          "more of one. Withdraw those that are not needed ('muster trust list'), "
                          "or ask another orchestrator",
                          standing));
}

void Endorsements::recall(const std::string& ca_fingerprint, Spoken spoken) {
  const std::lock_guard lock(mutex_);
  if (spoken_.size() < kCasMax) spoken_.try_emplace(ca_fingerprint, std::move(spoken));
}

std::optional<Spoken> Endorsements::spoken(const std::string& ca_fingerprint) const {
  const std::lock_guard lock(mutex_);
  const auto known = spoken_.find(ca_fingerprint);
  if (known == spoken_.end()) return std::nullopt;
  return known->second;
}

Result<bool> Endorsements::take(const admission::Endorsement& endorsement) {
  const std::lock_guard lock(mutex_);
  const auto fingerprint = endorsement.fingerprint();
  const auto known = by_ca_.find(fingerprint);
  if (known != by_ca_.end() && !admission::replaces(endorsement, known->second)) return false;
  MUSTER_TRY(count_room_for(endorsement));
  const auto& signer = endorsement.signer_serial;
  auto& spoken = spoken_.try_emplace(fingerprint, Spoken{signer}).first->second;
  if (spoken.first_signer != signer) spoken.by_others = true;
  by_ca_.insert_or_assign(fingerprint, endorsement);
  issuers_.clear();  // some were of a CA that was not known then
  ++issuers_forgotten_;
  if (identities_.contains(fingerprint)) return true;
  const auto* first = &endorsement.certificate;
  std::vector<std::string> certificates;
  for (const auto& [other, its] : by_ca_) {
    if (!admission::same_ca(its.certificate, endorsement.certificate)) continue;
    certificates.push_back(other);
    if (ends_before(its.certificate, *first)) first = &its.certificate;
  }
  for (const auto& one : certificates) identities_[one] = first->fingerprint();
  return true;
}

std::string Endorsements::identity(const std::string& ca_fingerprint) const {
  const auto known = identities_.find(ca_fingerprint);
  return known == identities_.end() ? ca_fingerprint : known->second;
}

std::string Endorsements::identity_of(const std::string& ca_fingerprint) const {
  const std::lock_guard lock(mutex_);
  return identity(ca_fingerprint);
}

const admission::Endorsement* Endorsements::speaking(const std::string& identity,
                                                     std::int64_t now_ms) const {
  const auto own = by_ca_.find(identity);
  const auto* speaks = own == by_ca_.end() ? nullptr : &own->second;
  for (const auto& [fingerprint, one] : by_ca_) {
    if (this->identity(fingerprint) != identity || !admission::still_counts(one, now_ms)) continue;
    if (!admission::still_counts(*speaks, now_ms) ||
        ends_before(speaks->certificate, one.certificate))
      speaks = &one;
  }
  return speaks;
}

std::optional<admission::Endorsement> Endorsements::counting(const std::string& ca_fingerprint,
                                                             std::int64_t now_ms) const {
  const std::lock_guard lock(mutex_);
  const auto* speaks = speaking(identity(ca_fingerprint), now_ms);
  if (speaks == nullptr) return std::nullopt;
  return *speaks;
}

std::vector<admission::Endorsement> Endorsements::all_of_ca(
    const std::string& ca_fingerprint) const {
  const std::lock_guard lock(mutex_);
  std::vector<admission::Endorsement> all;
  for (const auto& [fingerprint, endorsement] : by_ca_)
    if (identity(fingerprint) == identity(ca_fingerprint)) all.push_back(endorsement);
  return all;
}

std::optional<admission::Endorsement> Endorsements::find(const std::string& ca_fingerprint) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_ca_.find(ca_fingerprint);
  if (found == by_ca_.end()) return std::nullopt;
  return found->second;
}

std::vector<admission::Endorsement> Endorsements::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<admission::Endorsement> all;
  for (const auto& [fingerprint, endorsement] : by_ca_) all.push_back(endorsement);
  return all;
}

std::vector<admission::Endorsement> Endorsements::end_of(
    const std::function<bool(const std::string& serial)>& revoked) {
  const std::lock_guard lock(mutex_);
  std::vector<admission::Endorsement> ended;
  for (auto& [fingerprint, endorsement] : by_ca_) {
    if (!stands(fingerprint) || !revoked(endorsement.signer_serial)) continue;
    endorsement.ends_at_ms = 0;
    ended.push_back(endorsement);
  }
  std::vector<std::string> made_up;
  for (const auto& [fingerprint, endorsement] : by_ca_)
    if (revoked(endorsement.signer_serial) && !spoken_[fingerprint].by_others &&
        !vouched_.contains(fingerprint))
      made_up.push_back(fingerprint);
  for (const auto& fingerprint : made_up) forget(fingerprint);
  return ended;
}

// Of a CA with several certificates, another one may be its identity now.
void Endorsements::forget(const std::string& ca_fingerprint) {
  const auto was = identity(ca_fingerprint);
  by_ca_.erase(ca_fingerprint);
  spoken_.erase(ca_fingerprint);
  identities_.erase(ca_fingerprint);
  issuers_.clear();
  ++issuers_forgotten_;
  const x509::Certificate* first = nullptr;
  for (const auto& [fingerprint, other] : by_ca_)
    if (identity(fingerprint) == was && (!first || ends_before(other.certificate, *first)))
      first = &other.certificate;
  if (!first) return;
  for (auto& [certificate, whose] : identities_)
    if (whose == was) whose = first->fingerprint();
}

void Endorsements::vouch(const admission::Endorsement& endorsement) {
  const std::lock_guard lock(mutex_);
  vouched_.insert_or_assign(endorsement.fingerprint(), endorsement);
}

bool Endorsements::vouched(const admission::Endorsement& endorsement) const {
  const std::lock_guard lock(mutex_);
  const auto ours = vouched_.find(endorsement.fingerprint());
  return ours != vouched_.end() && !ours->second.withdrawn && !endorsement.withdrawn &&
         ours->second.master == endorsement.master &&
         ours->second.patterns == endorsement.patterns && ours->second.facts == endorsement.facts &&
         ours->second.retired_by == endorsement.retired_by;
}

bool Endorsements::names_master(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(by_ca_.begin(), by_ca_.end(),
                     [&name](const auto& one) { return one.second.master == name; });
}

std::vector<admission::Endorsement> Endorsements::of_masters(std::int64_t now_ms) const {
  const std::lock_guard lock(mutex_);
  std::vector<admission::Endorsement> masters;
  for (const auto& [fingerprint, endorsement] : by_ca_)
    if (!endorsement.master.empty() && admission::still_counts(endorsement, now_ms) &&
        speaking(identity(fingerprint), now_ms) == &endorsement)
      masters.push_back(endorsement);
  return masters;
}

bool Endorsements::bind(const std::string& name, const std::string& ca_fingerprint) {
  if (ca_fingerprint.empty()) return false;
  const std::lock_guard lock(mutex_);
  const auto known = bound_.find(name);
  if (known != bound_.end() && known->second == ca_fingerprint) return false;
  if (known == bound_.end() && bound_.size() >= kBoundNamesMax) {
    log::error("too many names; the CA of one is not remembered",
               {{"limit", std::to_string(kBoundNamesMax)}, {"name", name}});
    return false;
  }
  bound_.insert_or_assign(name, ca_fingerprint);
  return true;
}

std::string Endorsements::issuer_of(const security::Opened& opened,
                                    const security::TrustStore& nodes) {
  if (!nodes.trusts(opened.issuer)) return {};
  std::uint64_t forgotten = 0;
  {
    const std::lock_guard lock(mutex_);
    forgotten = issuers_forgotten_;
    if (const auto known = issuers_.find(opened.issuer); known != issuers_.end())
      return known->second;
  }
  const auto anchors = nodes.anchors();
  const auto issuer = std::find_if(anchors.begin(), anchors.end(), [&](const auto& anchor) {
    return anchor.fingerprint() == opened.issuer;
  });
  if (issuer == anchors.end()) return {};
  const std::lock_guard lock(mutex_);
  auto identity = identity_among(anchors, *issuer);
  // Or an identity among anchors of before would stay.
  if (forgotten != issuers_forgotten_) return identity;
  if (issuers_.size() >= security::kAnchorsMax) issuers_.clear();
  return issuers_[opened.issuer] = std::move(identity);
}

void Endorsements::forget_issuers() {
  const std::lock_guard lock(mutex_);
  issuers_.clear();
  ++issuers_forgotten_;
}

std::string Endorsements::identity_among(const std::vector<x509::Certificate>& anchors,
                                         const x509::Certificate& ca) const {
  const auto* first = &ca;
  for (const auto& anchor : anchors) {
    if (!admission::same_ca(anchor, ca)) continue;
    if (const auto known = identities_.find(anchor.fingerprint()); known != identities_.end())
      return known->second;
    if (ends_before(anchor, *first)) first = &anchor;
  }
  return first->fingerprint();
}

Status Endorsements::judge_claim(const std::string& name, const std::string& ca,
                                 std::int64_t now_ms) const {
  const auto bound = bound_.find(name);
  const auto provisioned_by = bound == bound_.end() ? std::string() : identity(bound->second);
  admission::NameClaim claim{.name = name,
                             .ca = ca,
                             .endorsement = speaking(ca, now_ms),
                             .provisioned_by = provisioned_by};
  for (const auto& [fingerprint, other] : by_ca_)
    if (other.master == name && admission::still_counts(other, now_ms) &&
        speaking(identity(fingerprint), now_ms) == &other)
      claim.master_of.push_back(identity(fingerprint));
  return admission::may_speak(claim, now_ms);
}

Status Endorsements::judge(const security::Opened& opened, const std::string& name,
                           const security::TrustStore& nodes, std::int64_t now_ms,
                           std::chrono::steady_clock::time_point now) {
  const auto ca = issuer_of(opened, nodes);
  auto verdict = [&] {
    const std::lock_guard lock(mutex_);
    return judge_claim(name, ca, now_ms);
  }();
  if (!verdict) note_refused(name, verdict.error(), now);
  return verdict;
}

void Endorsements::note_refused(const std::string& name, const Error& why,
                                std::chrono::steady_clock::time_point now) {
  {
    const std::lock_guard lock(mutex_);
    ++refused_;
    if (tell_now(name, now))
      log::warning("a message under this name is not believed",
                   {{"name", base::quoted(name)},
                    {"refused_so_far", std::to_string(refused_)},
                    {"reason", why.message}});
  }
  const std::lock_guard lock(hearing_);
  if (on_refused_) on_refused_(why.message);
}

void Endorsements::on_refused(RefusalHandler handler) {
  const std::lock_guard lock(hearing_);
  on_refused_ = std::move(handler);
}

bool Endorsements::tell_now(const std::string& name, std::chrono::steady_clock::time_point now) {
  const auto told = told_.find(name);
  if (told != told_.end() && now - told->second < kTellAgainAfter) return false;
  if (told == told_.end() && told_.size() >= kToldNamesMax) {
    std::erase_if(told_, [&](const auto& one) { return now - one.second >= kTellAgainAfter; });
    if (told_.size() >= kToldNamesMax) return false;  // a flood: counted, and others were told
  }
  told_.insert_or_assign(name, now);
  return true;
}

std::size_t Endorsements::refused() const {
  const std::lock_guard lock(mutex_);
  return refused_;
}

}  // namespace muster::client
