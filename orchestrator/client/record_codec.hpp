// Provision records, verified.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "orchestrator/client/records.hpp"
#include "proto/base/result.hpp"
#include "proto/security/trust.hpp"

namespace muster::client {

// Records are put in order by their times, and each is later than the one before it. A stolen orchestrator's could be the last
// for ever: so none counts that began or was written further ahead than clocks may differ, and a moment later another follows.
inline constexpr std::chrono::milliseconds kRecordAheadMax = std::chrono::hours(24);

// Verified: by an orchestrator under `operators`, about the node that the topic names, at no time that is beyond `now_ms` (Unix)
// by more than kRecordAheadMax.
Result<Record> read_record(std::string_view topic, std::string_view payload,
                           const security::Trust& operators, std::int64_t now_ms);

// The same, and who signed it.
struct SignedRecord {
  Record record;
  std::string signer_serial;  // of the certificate: hex
};
Result<SignedRecord> read_signed_record(std::string_view topic, std::string_view payload,
                                        const security::Trust& operators, std::int64_t now_ms);

// The same of bytes that we sealed ourselves, with nothing verified: LinkDirectory::own_words().
Result<Record> read_own_record(std::string_view topic, std::string_view payload,
                               std::int64_t now_ms);

}  // namespace muster::client
