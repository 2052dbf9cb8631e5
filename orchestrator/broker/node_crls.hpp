// The revocation lists of the Puppet CAs that a broker trusts, as the one file that Mosquitto reads. Pure: nothing here
// reads a clock, a file or the bus.
//
// A TLS server with such a file refuses every certificate of a CA that has no current list in it, and of no other. So a
// list that is not current never takes the place of one that is.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/x509/ca_crl.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::broker {

inline constexpr std::size_t kCrlFileMaxBytes = 256 * 1024 * 1024;
inline constexpr std::int64_t kCrlEndsSoonMs = 30LL * 86'400'000;  // then people are told

// A list of nobody: the certificate of its CA was never kept, its key neither. Mosquitto does not start with an empty
// file, and with none it checks nothing.
Result<std::string> placeholder_crl(std::int64_t now_ms);

// Not thread-safe.
class NodeCrls {
 public:
  enum class Begins { with_the_placeholder, with_a_list };
  // `file`: what stands in the broker's file. Its lists count, so that no number goes back over a restart; what cannot be
  // read in it counts as absent.
  explicit NodeCrls(std::string_view file, Begins begins = Begins::with_the_placeholder);

  // True when the file changes by it. Errc::refused, with the reason, for a list that `ca` did not
  // sign, and for one with a lower number (or of the same and made earlier) than one it has;
  // Errc::expired for one that has ended. One that begins later waits for its time.
  Result<bool> offer(const x509::Certificate& ca, const x509::CaCrl& crl, std::int64_t now_ms);
  // Lists that waited take their place. True when the file changes.
  bool advance(std::int64_t now_ms);

  // The file for these CAs. A CA without a list adds nothing: its nodes are refused.
  std::string text(const std::vector<x509::Certificate>& cas) const;

  bool has_list_of(const x509::Certificate& ca) const { return current_of(ca) != nullptr; }

  struct Complaint {
    x509::Certificate ca;
    std::string what;  // for people: what happens, and what to do
  };
  // CAs without a current list, or with one that ends within kCrlEndsSoonMs.
  std::vector<Complaint> complaints(const std::vector<x509::Certificate>& cas,
                                    std::int64_t now_ms) const;

 private:
  struct Lists {
    std::optional<x509::CaCrl> current;  // in the file; perhaps ended meanwhile
    std::optional<x509::CaCrl> ahead;    // newer, and not begun yet
  };
  const x509::CaCrl* current_of(const x509::Certificate& ca) const;
  void adopt(const x509::Certificate& ca);

  std::string placeholder_;             // PEM
  std::vector<x509::CaCrl> unclaimed_;  // of the file, until their CA is known
  std::map<std::string, Lists> by_ca_;  // by the CA's fingerprint
};

}  // namespace muster::broker
