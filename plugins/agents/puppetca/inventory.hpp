// inventory.txt of a Puppet CA: one line for each certificate that it ever issued,
// "0x001f 2026-11-27T22:07:34UTC 2031-11-27T22:07:34UTC /CN=n1.example".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace muster::plugins::puppetca {

// 100 bytes a line: some 600,000 certificates.
inline constexpr std::size_t kInventoryMaxBytes = 64 * 1024 * 1024;

struct IssuedCertificate {
  std::string serial;  // as x509::Certificate::serial_hex()
  std::string name;    // its common name
  std::int64_t not_after_ms = 0;
  std::int64_t not_before_ms = 0;
};

struct Inventory {
  std::vector<IssuedCertificate> issued;  // in the order of the file
  std::size_t unread_lines = 0;           // that could not be understood
};

// Never fails: a damaged line is counted, and the others are worth having.
Inventory parse_inventory(std::string_view text);

}  // namespace muster::plugins::puppetca
