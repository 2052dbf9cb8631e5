#include "orchestrator/client/record_codec.hpp"

#include <fmt/format.h>

#include "proto/base/names.hpp"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {
namespace {

Status check_time(std::int64_t unix_ms, std::int64_t now_ms) {
  if (unix_ms >= 0 && unix_ms <= now_ms + kRecordAheadMax.count()) return {};
  return fail(Errc::refused,
              fmt::format("its times are between 0 and {} by now, not {}: somebody wrote one that "
                          "nothing could follow, or our clock is slow",
                          now_ms + kRecordAheadMax.count(), unix_ms));
}

Result<Record> read_body(std::string_view topic, std::string_view body, std::int64_t now_ms) {
  MUSTER_ASSIGN(auto record, messages::ProvisionRecord::decode(body));
  if (record.identity != transport::topics::last_level(topic))
    return fail(Errc::refused,
                fmt::format("{} holds a record of {}", topic, base::quoted(record.identity)));
  MUSTER_TRY(check_time(record.started_at_ms, now_ms));
  MUSTER_TRY(check_time(record.updated_at_ms, now_ms));
  return record;
}

}  // namespace

Result<SignedRecord> read_signed_record(std::string_view topic, std::string_view payload,
                                        const security::Trust& operators, std::int64_t now_ms) {
  MUSTER_ASSIGN(const auto opened, security::open_from_orchestrator(
                                       payload, envelope::Kind::provision_record, operators));
  MUSTER_ASSIGN(auto record, read_body(topic, opened.body, now_ms));
  return SignedRecord{std::move(record), opened.certificate.serial_hex()};
}

Result<Record> read_own_record(std::string_view topic, std::string_view payload,
                               std::int64_t now_ms) {
  MUSTER_ASSIGN(const auto sealed, envelope::decode(payload));
  // We seal other messages, too, and whoever may write there could put one of them in a record's place.
  if (sealed.kind != envelope::Kind::provision_record)
    return fail(Errc::refused, fmt::format("{} holds a message of ours that is no record", topic));
  return read_body(topic, sealed.body, now_ms);
}

Result<Record> read_record(std::string_view topic, std::string_view payload,
                           const security::Trust& operators, std::int64_t now_ms) {
  MUSTER_ASSIGN(auto read, read_signed_record(topic, payload, operators, now_ms));
  return std::move(read.record);
}

}  // namespace muster::client
