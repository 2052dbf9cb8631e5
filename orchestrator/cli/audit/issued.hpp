// All that the masters' CAs say is valid, read page by page.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "orchestrator/client/caller.hpp"
#include "proto/base/result.hpp"

namespace muster::cli {

inline constexpr std::size_t kCertificatesMost = 1'000'000;  // of one master: some 150 MB of memory
inline constexpr std::size_t kAuditTextMaxBytes =
    256;  // of a name, a serial, a time; longer ones are nobody's

struct IssuedCertificate {
  std::string serial;  // as x509::Certificate::serial_hex()
  std::string name;
  std::string issued_at;   // ISO 8601, UTC
  std::string expires_at;  // the same
  bool current = false;    // of its name: what its CA takes for it
};

struct CaListing {
  std::string master;
  std::vector<IssuedCertificate> certificates;
  std::string why_not_whole;  // why some are missing; empty: none is
};

// Asks `master` for all of its pages, one after the other, each with `timeout`. What came before a page that did not stays.
CaListing read_listing(client::Caller& caller, const std::string& master,
                       std::chrono::milliseconds timeout);

}  // namespace muster::cli
