#include "orchestrator/client/record_codec.hpp"

#include <fmt/format.h>

#include "proto/base/names.hpp"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {
namespace {

constexpr std::int64_t kLatestMs = 253'402'300'800'000;  // the year 10000

// Records are put in order by their times, and what follows is later by a millisecond.
bool is_a_time(std::int64_t unix_ms) {
  return unix_ms >= 0 && unix_ms < kLatestMs;
}

}  // namespace

Result<Record> read_record(std::string_view topic, std::string_view payload,
                           const security::Trust& operators) {
  MUSTER_ASSIGN(const auto opened, security::open_from_orchestrator(
                                       payload, envelope::Kind::provision_record, operators));
  MUSTER_ASSIGN(auto record, messages::ProvisionRecord::decode(opened.body));
  if (record.identity != transport::topics::last_level(topic))
    return fail(Errc::refused,
                fmt::format("{} holds a record of {}", topic, base::quoted(record.identity)));
  if (!is_a_time(record.started_at_ms) || !is_a_time(record.updated_at_ms))
    return fail(Errc::refused, fmt::format("{} holds a record of no time", topic));
  return record;
}

}  // namespace muster::client
