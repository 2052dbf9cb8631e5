// An orchestrator's memory of the trusted CAs. Endorsements end with their signer's certificate, so
// what is believed is signed anew at start and daily; and a number, once seen, is not forgotten over a
// restart, so that an old endorsement does not come back after its withdrawal.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "orchestrator/client/endorsements.hpp"
#include "orchestrator/client/trusted_ca.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/x509/revocation_list.hpp"

namespace muster::client {
class Link;
}

namespace muster::provision {

inline constexpr std::chrono::hours kSignAnewEvery{24};
// Whose certificate ends within this time signs nothing anew that would end later without it: the
// others may not come to it before.
inline constexpr std::chrono::hours kLastSigning{48};
// Of the file: whatever may be believed fits, for a larger one is taken for damaged. A CA's
// certificate, name patterns and facts are some 45 KiB at most.
inline constexpr std::size_t kTrustedCasMaxBytes = client::kCasMax * 64 * 1024;

// Of a signer whose certificate was revoked, only what we have signed with the same content before is signed
// anew; the rest has ended (docs/adr/0039).
//
// Thread-safe. The link must outlive it.
class EndorsementKeeper {
 public:
  // Believes what the file says (0600, our own, hence unsigned). A damaged one is put aside (read_kept_list): what can be
  // read of it counts, and what the bus retains; nothing with an older number than that is believed. Errc::io when it cannot
  // be read.
  static Result<std::unique_ptr<EndorsementKeeper>> open(client::Link& link,
                                                         std::filesystem::path file);

  // Signs anew when it is time, and writes the file when something changed. Problems are logged and
  // tried again at the next call. Blocks as publish_trusted_ca().
  void keep();
  // What would end with this list though we vouch for it is signed by us, before the list counts. Blocks as
  // publish_trusted_ca().
  void sign_before(const x509::RevocationList& list);

 private:
  EndorsementKeeper(client::Link& link, std::filesystem::path file)
      : link_(link), file_(std::move(file)) {}
  Status load();
  Status believe(const Value& entry);
  // With mutex_ held, as the next.
  Status sign_anew();
  Status sign_vouched(const std::function<bool(const std::string& serial)>& revoked);
  Status save();

  client::Link& link_;
  const std::filesystem::path file_;
  std::mutex mutex_;
  std::int64_t signed_at_ms_ = 0;
  std::map<std::string, std::uint64_t> saved_;  // CA -> number in the file
  bool is_damaged_ = false;                     // the file, until it is written anew
};

}  // namespace muster::provision
