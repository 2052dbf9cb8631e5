#include "orchestrator/client/record_claim.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "orchestrator/client/link_core.hpp"
#include "orchestrator/client/link_directory.hpp"
#include "orchestrator/client/record_codec.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {
namespace {

namespace topics = transport::topics;

std::uint64_t number(std::int64_t signed_number) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(signed_number, 0));
}

Result<Record> read_here(const transport::Message& message, LinkCore& link) {
  return read_record(message.topic, message.payload, link.operators(), link.clock().unix_ms());
}

std::optional<transport::Rank> rank_believed(const transport::Message& message, LinkCore& link) {
  const auto record = read_here(message, link);
  if (!record || is_over(*record, link.clock().unix_ms())) return std::nullopt;
  return rank_of(*record);
}

}  // namespace

bool is_over(const Record& record, std::int64_t now_ms) {
  const std::chrono::milliseconds age(now_ms - record.updated_at_ms);
  return is_forgotten(record) && age > kForgottenFor;
}

transport::Rank rank_of(const Record& record) {
  return {number(record.started_at_ms), number(record.fence), number(record.updated_at_ms)};
}

bool follow(Record& next, const Record& known) {
  if (rank_of(next) > rank_of(known)) return true;
  if (next.started_at_ms != known.started_at_ms || next.fence != known.fence) return false;
  next.updated_at_ms = known.updated_at_ms + 1;
  return true;
}

Record forgotten(const Record& known, std::string by, std::int64_t now_ms) {
  Record said;
  said.identity = known.identity;
  said.state = kForgotten;
  said.orchestrator = std::move(by);
  said.run_id = known.run_id;
  said.started_at_ms = known.started_at_ms;
  said.fence = known.fence;
  said.updated_at_ms = std::max(now_ms, known.updated_at_ms + 1);
  return said;
}

transport::Claim record_claim(LinkCore& link, const Record& record, std::string sealed) {
  const bool forgets = is_forgotten(record);
  return {
      .topic = topics::provision_record(link.collective(), record.identity),
      .payload = std::move(sealed),
      .heard_by = topics::provision_record(link.collective(), "+"),
      .expiry = forgets ? kForgottenFor : std::chrono::hours(0),
      .order = [&link](const transport::Message& message) { return rank_believed(message, link); },
      .at_most = kRecordsKeptMax,
      // A record must not expire as a forgotten one does, nor that stay for ever as a record.
      .on_newer =
          [&link, forgets](const transport::Message& newer) {
            const auto heard = read_here(newer, link);
            if (forgets || !heard || is_forgotten(*heard)) link.directory().leave(newer.topic);
          },
      .rank = rank_of(record)};
}

}  // namespace muster::client
