// Everything below trust/ that an orchestrator remembers and keeps on the bus, whoever signed it; and what follows when a
// certificate is revoked: what its holder signed and we believe for reasons of our own is signed by us.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "orchestrator/client/observers.hpp"
#include "orchestrator/client/worker.hpp"
#include "orchestrator/provision/live/ban_keeper.hpp"
#include "orchestrator/provision/live/endorsement_keeper.hpp"
#include "orchestrator/provision/live/revocation_keeper.hpp"
#include "proto/base/result.hpp"

namespace muster::provision {

// Thread-safe. The link must outlive it.
class TrustKeeper {
 public:
  // Believes what `state_folder` holds (revocations/, trusted_cas.json, bans.json), in this order, and
  // publishes it. Errc::config or io as the three keepers.
  static Result<std::unique_ptr<TrustKeeper>> open(client::Link& link,
                                                   const std::filesystem::path& state_folder);
  ~TrustKeeper();

  // A list that an operator brought. What we vouch for is signed before it counts, so that no CA
  // of ours is away for a moment. Errc::refused or aborted says why not.
  Status revoke(const x509::RevocationList& list);
  BanKeeper& bans() { return *bans_; }

  // Now and then, and at once when somebody was revoked: see the keepers.
  void keep();

 private:
  explicit TrustKeeper(client::Link& link);
  void adopt(const transport::Message& message);

  client::Link& link_;
  std::unique_ptr<RevocationKeeper> revocations_;
  std::unique_ptr<EndorsementKeeper> endorsements_;
  std::unique_ptr<BanKeeper> bans_;
  std::shared_ptr<client::Worker<int>> worker_;  // a posted mark is a look
  client::Observers::Handle fewer_believed_;
};

}  // namespace muster::provision
