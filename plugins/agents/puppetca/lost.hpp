// Certificates that can no longer be revoked by name: still valid, in no revocation list, and their
// file gone from signed/, because a removal was not preceded by a revocation that lasted.
#pragma once

#include <string>
#include <vector>

#include "plugins/agents/puppetca/ca_files.hpp"

namespace muster::plugins::puppetca {

struct LostCertificates {
  std::vector<IssuedCertificate> lost;  // in the inventory's order
  std::size_t unread_lines = 0;         // of the inventory
};

// Of all names, or of `certname` alone when it is not empty. The CA's own certificate is not among
// them, nor are names that no node can have. Reads one file a name.
Result<LostCertificates> find_lost(const CaFiles& files, std::int64_t now_ms,
                                   const std::string& certname = "");

}  // namespace muster::plugins::puppetca
