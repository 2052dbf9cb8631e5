// Which of a name's certificates are to be cleaned. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::plugins::puppetca {

// Puppet Server lets a certificate begin a day before it is issued, for clocks that are slow. An hour more: a certificate
// tells whole seconds, and what was issued in the second of a debt is not owed.
inline constexpr std::chrono::hours kBackdatedMost{25};

// So much may the asker's time differ from ours by the request's way alone: an orchestrator waits for 20 s. What is more, their
// clock differs.
inline constexpr std::chrono::seconds kAskedWithin{30};

// As far as the CA's files tell when it was issued: not earlier than it begins, and not later than kBackdatedMost after that;
// in between, when its file was written. A file that was copied back years later makes no new certificate.
std::int64_t issued_at_ms(std::int64_t not_before_ms, std::int64_t file_written_ms);

// Everything of the name, unless it says less. What is neither named nor old enough was issued to whoever has the name now.
struct Owed {
  std::optional<std::int64_t> issued_before_ms;  // by this master's clock
  std::set<std::string> serials;                 // these as well; alone, only these
  std::string spared;                            // never the certificate with this fingerprint
  bool vacates =
      false;  // the name is to be given out anew: nothing of it may be left, no request either

  bool spares(const std::string& fingerprint) const {
    return !spared.empty() && fingerprint == spared;
  }
  bool is_everything() const { return !issued_before_ms && serials.empty() && spared.empty(); }
  // `fingerprint`: empty when the certificate is not there any more.
  bool covers(const std::string& serial, std::int64_t issued_at_ms,
              const std::string& fingerprint) const;
};
// Out of the inputs of puppetca#clean: what the asker's clock says, by ours. `received_ms`: ours, when it came. Errc::invalid_data for
// serials, a fingerprint or a time that are none.
Result<Owed> owed_of(const Value& data, std::int64_t received_ms);
// When that was, Unix time by our clock: an action that waited for its turn is not asked by a clock that is behind.
std::int64_t received_ms(const base::Clock& clock, std::chrono::steady_clock::time_point received);

}  // namespace muster::plugins::puppetca
