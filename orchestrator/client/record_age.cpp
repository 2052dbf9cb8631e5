#include "orchestrator/client/record_age.hpp"

#include <algorithm>

namespace muster::client {
namespace {

std::int64_t since_ms(const Record& record) {
  if (record.claim && !record.approval && record.state != "running") return record.claim->at_ms;
  if (record.state == "finished") return 0;
  const bool on_its_way = record.state == "running" || record.state == "waiting";
  return on_its_way ? no_step_since_ms(record) : record.updated_at_ms;
}

}  // namespace

std::int64_t no_step_since_ms(const Record& record) {
  for (const auto known :
       {record.no_step_since_ms, record.started_at_ms, record.queued_at_ms, record.updated_at_ms})
    if (known > 0) return known;
  return 0;
}

std::int64_t age_ms(const Record& record, std::int64_t now_ms) {
  const auto since = since_ms(record);
  return since <= 0 ? 0 : std::max<std::int64_t>(0, now_ms - since);
}

}  // namespace muster::client
