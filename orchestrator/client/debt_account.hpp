// What of a name a master owes the cleaning of, and what of that it has cleaned: a retained message that orchestrators sign, one a
// master and name. docs/PROTOCOL.md, "Debts"; docs/adr/0096-debts-live-on-the-bus.md.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/security/sealer.hpp"
#include "proto/security/trust.hpp"
#include "proto/transport/directory/directory.hpp"

namespace muster::client {

// A debt that is dated later would reach what the name gets now; clocks may differ by so much.
inline constexpr std::chrono::seconds kDebtAheadMax{60};
inline constexpr std::size_t kDebtSerialsMax = 1'000;   // of one name at one master
inline constexpr std::size_t kDebtSerialMaxBytes = 40;  // 20 bytes (RFC 5280), two digits each
// That all is paid is said for so long: who was away for longer has it paid once more, which harms nothing.
inline constexpr std::chrono::hours kDebtPaidFor{7 * 24};

// Both halves only grow, so that of what several say the larger of each is true, in whatever order it comes.
struct DebtAccount {
  std::string master;
  std::string certname;
  std::int64_t owed_before_ms = 0;  // whatever the master had issued by then, Unix time; 0: nothing
  std::set<std::string> owed;       // and these serials, hex
  std::int64_t paid_before_ms = 0;  // never later than owed_before_ms
  std::set<std::string> paid;       // serials, of those
  std::int64_t at_ms = 0;           // when that was said last

  // Something is owed still.
  bool is_open() const;
  // All was paid longer ago than kDebtPaidFor.
  bool is_over(std::int64_t now_ms) const;
  // The same master and name; true when that changes anything.
  bool merge(const DebtAccount& other);
  // Grows with each merge() that changes anything.
  transport::Rank rank() const;

  bool operator==(const DebtAccount&) const = default;
};

// As x509::Certificate::serial_hex() writes it, of at most kDebtSerialMaxBytes: masters know no other.
bool is_debt_serial(std::string_view text);
// What holds of each, whoever says it: names, at most kDebtSerialsMax serials in each half, no time before 1970, and no more paid
// than is owed. Not whether its times are in the future. Errc::invalid_data, with what is wrong.
Status check_debt(const DebtAccount& account);
// Errc::limit when it has too many serials to travel.
Result<std::string> seal_debt(const security::Sealer& sealer, const DebtAccount& account);
// Verified: by an orchestrator under `operators`, about the master and name that the topic names, at no time that is beyond `now_ms`
// by more than kDebtAheadMax. Errc::refused or invalid_data.
Result<DebtAccount> read_debt(std::string_view topic, std::string_view payload,
                              const security::Trust& operators, std::int64_t now_ms);

}  // namespace muster::client
