// What a link believes of Puppet CAs and of names: the endorsement with the highest number of each
// CA certificate, and the CA that each name was provisioned by.
//
// A CA that was renewed has several certificates (admission::same_ca), each endorsed and trusted, for a node's
// certificate may say which of them issued it. They are one CA: its identity is the fingerprint of the one that
// ends first of all that are known, so that it stays what it was; the endorsement that counts is that of the
// one that ends last.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "orchestrator/admission/master_endorsement.hpp"
#include "proto/base/result.hpp"
#include "proto/security/trust_store.hpp"
#include "proto/security/verifier.hpp"

namespace muster::client {

inline constexpr std::size_t kCasMax =
    1'024;  // certificates of CAs that anybody spoke of, withdrawn ones too
inline constexpr std::size_t kCasOfSignerMax =
    512;  // of them, those of which one certificate's holder spoke first
// Of those, the ones that stand: one stolen key must not take all places of trusted CAs (security::kAnchorsMax).
// Who starts now hears every CA from whoever signed last, so none signs more: an installation has so many for each
// orchestrator.
inline constexpr std::size_t kStandingCasOfSignerMax = 128;
inline constexpr std::size_t kBoundNamesMax = 200'000;  // names whose CA is remembered
inline constexpr std::size_t kToldNamesMax = 1'000;     // refused names whose last warning is known
inline constexpr std::chrono::minutes kTellAgainAfter{10};  // one warning a name in that time

// Who spoke of a CA's certificate.
struct Spoken {
  std::string first_signer;  // the serial of the certificate that signed what was heard of it first
  bool by_others = false;    // since then another one signed something about it
};

// Thread-safe. Remembers for as long as the link lives.
class Endorsements {
 public:
  // False, and nothing is changed, when a message with a higher number is known (or of the same, see
  // admission::replaces). Errc::limit for a CA of which nobody spoke before, beyond kCasMax and kCasOfSignerMax,
  // and for one more that stands, beyond kStandingCasOfSignerMax: whoever has an orchestrator's key can make up
  // CAs.
  Result<bool> take(const admission::Endorsement& endorsement);
  // Errc::limit for one more of this signer that stands than whoever starts now would believe of it, whoever spoke first.
  Status room_to_sign(const admission::Endorsement& endorsement) const;
  // Errc::limit as take() would give it now.
  Status room_for(const admission::Endorsement& endorsement) const;
  // What an earlier process knew: to be said before take().
  void recall(const std::string& ca_fingerprint, Spoken spoken);
  std::optional<Spoken> spoken(const std::string& ca_fingerprint) const;
  std::optional<admission::Endorsement> find(const std::string& ca_fingerprint) const;
  std::vector<admission::Endorsement> all() const;  // withdrawn ones too, by fingerprint
  std::vector<admission::Endorsement> all_of_ca(
      const std::string& ca_fingerprint) const;  // the same
  // The endorsement of that CA that counts; of one of which none does, one that says why not.
  std::optional<admission::Endorsement> counting(const std::string& ca_fingerprint,
                                                 std::int64_t now_ms) const;
  // The CA's identity, of whichever of its certificates the fingerprint is; itself when it is not known.
  std::string identity_of(const std::string& ca_fingerprint) const;
  // Those that stand and whose signer's certificate `revoked` tells (its serial) end now: they count no
  // more until somebody signs them anew. CAs of which nobody but revoked signers spoke, and for which we do not vouch, are
  // forgotten: they are made up, or an operator adds them. Gives what ended.
  std::vector<admission::Endorsement> end_of(
      const std::function<bool(const std::string& serial)>& revoked);
  // What we ourselves signed: for an orchestrator, which signs that again when another's signature on
  // the same content is worth nothing any more.
  void vouch(const admission::Endorsement& endorsement);
  bool vouched(const admission::Endorsement& endorsement) const;  // with that content
  // Any that is known says so, also one that is withdrawn or ended.
  bool names_master(const std::string& name) const;
  // Those that count now and name a master; one of a CA.
  std::vector<admission::Endorsement> of_masters(std::int64_t now_ms) const;

  // The name belongs to this CA from now on; an empty fingerprint changes nothing. True when it
  // belonged to another or none. Only from records that were verified.
  bool bind(const std::string& name, const std::string& ca_fingerprint);

  // The identity of the CA whose anchor issued the certificate itself; empty when none did.
  std::string issuer_of(const security::Opened& opened, const security::TrustStore& nodes);
  // After each change of the anchors: what issuer_of() found among the former ones counts no more.
  void forget_issuers();
  // See admission::may_speak. A refusal is counted, and logged once a name in kTellAgainAfter; the
  // next one counts and logs what was refused for another reason.
  Status judge(const security::Opened& opened, const std::string& name,
               const security::TrustStore& nodes, std::int64_t now_ms,
               std::chrono::steady_clock::time_point now);
  void note_refused(const std::string& name, const Error& why,
                    std::chrono::steady_clock::time_point now);
  std::size_t refused() const;
  // Hears each refusal's reason, on the thread that verified; an empty one ends it. Nothing is heard
  // any more once this returns. It must not call back.
  using RefusalHandler = std::function<void(const std::string& reason)>;
  void on_refused(RefusalHandler handler);

 private:
  // With mutex_ held, as the next eight.
  Status count_room_for(const admission::Endorsement& endorsement) const;
  bool stands(const std::string& ca_fingerprint) const;
  void forget(const std::string& ca_fingerprint);
  std::string identity(const std::string& ca_fingerprint) const;
  // As issuer_of(), also of a CA that only a local folder trusts.
  std::string identity_among(const std::vector<x509::Certificate>& anchors,
                             const x509::Certificate& ca) const;
  // What counts of the CA with that identity. Of a CA of which nothing counts: what says why not; null when
  // no endorsement is known.
  const admission::Endorsement* speaking(const std::string& identity, std::int64_t now_ms) const;
  Status judge_claim(const std::string& name, const std::string& ca, std::int64_t now_ms) const;
  bool tell_now(const std::string& name, std::chrono::steady_clock::time_point now);

  std::mutex hearing_;
  RefusalHandler on_refused_;
  mutable std::mutex mutex_;
  std::map<std::string, admission::Endorsement> by_ca_;
  std::map<std::string, Spoken> spoken_;                   // of the same, and what is recalled
  std::map<std::string, admission::Endorsement> vouched_;  // by CA
  std::unordered_map<std::string, std::string> bound_;
  std::map<std::string, std::string> identities_;  // certificate of a known CA -> its identity
  // Identities of anchors that issued, by the anchor's fingerprint; security::kAnchorsMax.
  std::unordered_map<std::string, std::string> issuers_;
  std::uint64_t issuers_forgotten_ = 0;  // how often
  std::unordered_map<std::string, std::chrono::steady_clock::time_point> told_;
  std::size_t refused_ = 0;
};

}  // namespace muster::client
