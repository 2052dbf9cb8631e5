// What a link believes of Puppet CAs and of names: the endorsement with the highest number of each
// CA, and the CA that each name was provisioned by.
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

inline constexpr std::size_t kBoundNamesMax = 200'000;  // names whose CA is remembered
inline constexpr std::size_t kIssuersKept = 16'384;     // certificates whose issuer was looked up
inline constexpr std::size_t kToldNamesMax = 1'000;     // refused names whose last warning is known
inline constexpr std::chrono::minutes kTellAgainAfter{10};  // one warning a name in that time

// Thread-safe. Remembers for as long as the link lives.
class Endorsements {
 public:
  // False, and nothing is changed, when a message with a higher number is known (or of the same, see
  // admission::replaces).
  bool take(const admission::Endorsement& endorsement);
  std::optional<admission::Endorsement> find(const std::string& ca_fingerprint) const;
  std::vector<admission::Endorsement> all() const;  // withdrawn ones too, by fingerprint
  // Those that stand and whose signer's certificate `revoked` tells (its serial) end now: they count no
  // more until somebody signs them anew. Gives what ended.
  std::vector<admission::Endorsement> end_of(
      const std::function<bool(const std::string& serial)>& revoked);
  // What we ourselves signed: for an orchestrator, which signs that again when another's signature on
  // the same content is worth nothing any more.
  void vouch(const admission::Endorsement& endorsement);
  bool vouched(const admission::Endorsement& endorsement) const;  // with that content
  // Those that count now and name a master.
  std::vector<admission::Endorsement> of_masters(std::int64_t now_ms) const;

  // The name belongs to this CA from now on; an empty fingerprint changes nothing. True when it
  // belonged to another or none. Only from records that were verified.
  bool bind(const std::string& name, const std::string& ca_fingerprint);

  // The fingerprint of the anchor that issued the certificate itself; empty when none did.
  std::string issuer_of(const security::Opened& opened, const security::TrustStore& nodes);
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
  // The next two with mutex_ held.
  Status judge_claim(const std::string& name, const std::string& ca, std::int64_t now_ms) const;
  bool tell_now(const std::string& name, std::chrono::steady_clock::time_point now);

  std::mutex hearing_;
  RefusalHandler on_refused_;
  mutable std::mutex mutex_;
  std::map<std::string, admission::Endorsement> by_ca_;
  std::map<std::string, admission::Endorsement> vouched_;  // by CA
  std::unordered_map<std::string, std::string> bound_;
  std::unordered_map<std::string, std::string> issuers_;  // certificate's fingerprint -> CA's
  std::unordered_map<std::string, std::chrono::steady_clock::time_point> told_;
  std::size_t refused_ = 0;
};

}  // namespace muster::client
