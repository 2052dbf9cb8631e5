#include "orchestrator/client/endorsements.hpp"

#include "orchestrator/admission/master_name.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"

namespace muster::client {

bool Endorsements::take(const admission::Endorsement& endorsement) {
  const std::lock_guard lock(mutex_);
  const auto fingerprint = endorsement.fingerprint();
  const auto known = by_ca_.find(fingerprint);
  if (known != by_ca_.end() && !admission::replaces(endorsement, known->second)) return false;
  by_ca_.insert_or_assign(fingerprint, endorsement);
  issuers_.clear();  // some were of a CA that was not known then
  return true;
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
    const bool stands = !endorsement.withdrawn && endorsement.ends_at_ms > 0;
    if (!stands || !revoked(endorsement.signer_serial)) continue;
    endorsement.ends_at_ms = 0;
    ended.push_back(endorsement);
  }
  return ended;
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
         ours->second.patterns == endorsement.patterns && ours->second.facts == endorsement.facts;
}

std::vector<admission::Endorsement> Endorsements::of_masters(std::int64_t now_ms) const {
  const std::lock_guard lock(mutex_);
  std::vector<admission::Endorsement> masters;
  for (const auto& [fingerprint, endorsement] : by_ca_)
    if (!endorsement.master.empty() && admission::still_counts(endorsement, now_ms))
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
  {
    const std::lock_guard lock(mutex_);
    const auto known = issuers_.find(opened.certificate_fingerprint);
    if (known != issuers_.end() && nodes.trusts(known->second)) return known->second;
  }
  std::string issuer;
  for (const auto& anchor : nodes.anchors())
    if (opened.certificate.issued_by(anchor)) issuer = anchor.fingerprint();
  if (issuer.empty()) return issuer;
  const std::lock_guard lock(mutex_);
  if (issuers_.size() >= kIssuersKept) issuers_.clear();
  issuers_.insert_or_assign(opened.certificate_fingerprint, issuer);
  return issuer;
}

Status Endorsements::judge_claim(const std::string& name, const std::string& ca,
                                 std::int64_t now_ms) const {
  const auto endorsement = by_ca_.find(ca);
  const auto bound = bound_.find(name);
  admission::NameClaim claim{
      .name = name,
      .ca = ca,
      .endorsement = endorsement == by_ca_.end() ? nullptr : &endorsement->second,
      .provisioned_by = bound == bound_.end() ? std::string_view() : bound->second};
  for (const auto& [fingerprint, other] : by_ca_)
    if (other.master == name && admission::still_counts(other, now_ms))
      claim.master_of.push_back(fingerprint);
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
