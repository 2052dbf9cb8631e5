// Revocation lists of a test's own roots.
#pragma once

#include <vector>

#include "proto/base/clock.hpp"
#include "proto/x509/revocation_list.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::test {

// Signed by `root`: these certificates are revoked since now, their keys in others' hands.
inline x509::RevocationList revoke(const TestCa& root, std::uint64_t number,
                                   const std::vector<x509::Certificate>& certificates) {
  const auto now_ms = base::SystemClock().unix_ms();
  x509::RevocationList::Entries entries;
  for (const auto& certificate : certificates)
    entries[certificate.serial_hex()] = {now_ms, x509::RevocationReason::key_compromise};
  return x509::RevocationList::issue({number, now_ms, std::move(entries)}, root.certificate(),
                                     root.key())
      .value();
}

}  // namespace muster::test
