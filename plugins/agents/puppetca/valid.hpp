// The certificates of a CA that are valid: neither expired nor revoked. In pages, for a CA may have given out more than one reply
// holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plugins/agents/puppetca/ca_files.hpp"

namespace muster::plugins::puppetca {

inline constexpr std::size_t kValidPerPage =
    2'000;  // 200 bytes each in a reply, which holds 768 KiB

struct ValidCertificate {
  IssuedCertificate issued;
  bool current = false;  // signed/NAME.pem holds it
};

struct ValidPage {
  std::vector<ValidCertificate> certificates;  // in the inventory's order, at most kValidPerPage
  // Where the next page begins: entries of the inventory before it. The file only grows, so that a page means the same later.
  // 0: this was the last.
  std::size_t next = 0;
  std::size_t unread_lines = 0;  // of the whole inventory
};

// From the entry `from` on. The CA's own certificate and names that no node can have are left out. Reads one file a name.
Result<ValidPage> find_valid(const CaFiles& files, std::int64_t now_ms, std::size_t from);

}  // namespace muster::plugins::puppetca
