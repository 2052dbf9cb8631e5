// An orchestrator's part in revocation: it judges the lists that operators bring, remembers each root's
// newest on disk, and keeps it on the bus, whatever others clear or put in its place.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/throttle.hpp"
#include "proto/security/revocation_folder.hpp"
#include "proto/x509/revocation_list.hpp"

namespace muster::client {
class Link;
}

namespace muster::provision {

// How often one topic below trust/ is put back at once; beyond, with the next keep().
inline constexpr base::Throttle::Rate kPutBack{
    .burst = 10, .every = std::chrono::milliseconds(500), .names_max = 20'000};

// Thread-safe. The link must outlive it.
class RevocationKeeper {
 public:
  // Reads what the folder holds: who stands in it is refused from now on. Errc::io when it cannot be
  // read.
  static Result<std::unique_ptr<RevocationKeeper>> open(client::Link& link,
                                                        std::filesystem::path folder);

  // Whether the list may follow what is known of its root: signed by one of our roots, with a higher number,
  // and nobody left out who was revoked before; or the very list that is known. Gives its root's
  // fingerprint; Errc::refused or aborted says what to do.
  Result<std::string> check(const x509::RevocationList& list) const;
  // Believes, writes down and publishes a checked one; waits for the broker's word.
  Status adopt(const std::string& root, const x509::RevocationList& list);

  // Writes down what was heard since, and publishes all lists when it is time. Problems are logged and
  // tried again at the next call.
  void keep();
  // The bus shows less than is known on trust/revoked/<root>. Does not wait.
  void put_back(const std::string& topic);

 private:
  RevocationKeeper(client::Link& link, std::filesystem::path folder);

  client::Link& link_;
  const security::RevocationFolder folder_;
  base::Throttle put_back_;
  std::mutex mutex_;
  std::int64_t published_at_ms_ = 0;
  std::map<std::string, std::uint64_t> saved_;  // root -> number in the folder
};

}  // namespace muster::provision
