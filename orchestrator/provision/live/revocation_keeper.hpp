// An orchestrator's part in revocation: it judges the lists that operators bring, remembers each root's
// newest on disk, and keeps it on the bus, whatever others clear or put in its place.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"
#include "proto/security/revocation_folder.hpp"
#include "proto/x509/revocation_list.hpp"

namespace muster::client {
class Link;
}

namespace muster::provision {

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

  // Another put the list on the bus, below our collective, and the directory keeps it: it is not published by us.
  // Heard on the directory's thread too.
  void stands(const std::string& root, const x509::RevocationList& list);

  // Writes down what was heard since, and publishes what was not yet: all lists are ours to keep on the bus. Problems are logged
  // and tried again at the next call.
  void keep();

 private:
  RevocationKeeper(client::Link& link, std::filesystem::path folder);
  Status publish(const std::string& root, const x509::RevocationList& list);
  // With mutex_ held.
  Status publish_once(const std::string& root, const x509::RevocationList& list);

  client::Link& link_;
  const security::RevocationFolder folder_;
  std::mutex mutex_;
  std::map<std::string, std::uint64_t> saved_;  // root -> number in the folder
  // Root -> number. Never locked while the directory is waited for.
  base::Guarded<std::map<std::string, std::uint64_t>> published_;
};

}  // namespace muster::provision
