// Cleaning a name: nothing of it is removed before its serial has been seen in the CA's revocation
// list, because what is removed can no longer be revoked by name.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "plugins/agents/puppetca/ca_api.hpp"
#include "plugins/agents/puppetca/ca_files.hpp"
#include "plugins/agents/puppetca/owed.hpp"

namespace muster::plugins::puppetca {

struct CleanedName {
  std::string was;                   // absent, requested, signed or revoked
  std::vector<std::string> serials;  // each seen in the list: its certificate's, and lost ones'
  std::vector<std::string>
      unknown;  // owed, and this CA knows nothing of them: these are owed still
  std::string
      kept;  // of a name that was to be free: what the CA has of it since, as `was`; empty: nothing
};

// One cleaning at a time, of this CA. Made for one action; not thread-safe.
class Cleaning {
 public:
  Cleaning(CaApi& ca, const CaFiles& files, std::int64_t now_ms,
           std::chrono::steady_clock::time_point deadline)
      : ca_(ca), files_(files), now_ms_(now_ms), deadline_(deadline) {}

  // Takes the CA's lock; revokes the name's certificate, and those of the name that were lost
  // earlier; sees all serials in the list; removes; looks at both once more. May be repeated, and
  // goes on where it failed. Errc::timeout when the lock or the list took longer than the deadline,
  // Errc::aborted when the CA refuses or another writer undid it.
  // `owed`: what it does not cover is neither revoked nor removed, nor is a request, also one beside an owed certificate,
  // unless it covers everything.
  // Before anything is done: Errc::refused when one of its serials is another name's.
  // With `owed.vacates` requests go by when they were made, and what is newer is kept and told.
  // Errc::aborted, after all else is done, when the spared certificate is owed itself, or may be one of the lost ones.
  Result<CleanedName> clean(const std::string& certname, const Owed& owed = {});
  // Revokes one lost certificate (see lost.hpp). Puppet Server revokes names, not serials, and takes
  // the serial from signed/NAME.pem: a placeholder certificate of that serial, under a name that no
  // node has, is put there for a moment. Errc::not_found unless the serial is lost.
  Status revoke_lost(const std::string& serial);

 private:
  Status revoke(const std::string& certname, const std::string& serial);
  Status revoke_by_placeholder(const std::string& serial);
  // What is owed of the lost ones; adds their serials. False: some were left, since they may be in use and are not named.
  Result<bool> revoke_earlier(const std::string& certname, const Owed& owed, bool may_be_in_use,
                              std::vector<std::string>& serials);
  // Errc::aborted while the CA knows the name, or its inventory has a certificate of it that still counts. `removed`:
  // what the CA said when it was asked to.
  Status nothing_is_left(const std::string& certname, const Status& removed) const;
  // What is left of the name.
  Result<std::string> vacate(const std::string& certname, const Owed& owed) const;
  // Those of its serials that the CA does not know.
  Result<std::vector<std::string>> unknown_of(const std::string& certname, const Owed& owed) const;
  // Errc::aborted while the certificate is the name's current one. `removed`: as above.
  Status is_gone(const std::string& certname, const std::string& serial,
                 const Status& removed) const;
  Status all_in_list(const std::string& certname, const std::vector<std::string>& serials) const;
  Result<bool> in_list(const std::string& serial) const;

  CaApi& ca_;
  const CaFiles& files_;
  const std::int64_t now_ms_;
  const std::chrono::steady_clock::time_point deadline_;
};

}  // namespace muster::plugins::puppetca
