#include "orchestrator/daemon/notifications_duty.hpp"

#include <string>

#include "proto/base/utf8.hpp"

namespace muster::daemon {

Result<Value> NotificationsDuty::unsent(std::size_t most) {
  MUSTER_ASSIGN(const auto rows, deliverer_.unsent(most));
  MUSTER_ASSIGN(const auto counts, deliverer_.pending());
  const auto now_ms = clock_.unix_ms();
  Value list = Value::array();
  for (const auto& row : rows)
    list.push_back({{"id", row.id},
                    {"target", row.target},
                    {"subject", row.subject},
                    {"state", std::string(notify::name_of(row.state))},
                    {"tries", row.tries},
                    {"age_ms", now_ms - row.created_ms},
                    {"reason", std::string(base::utf8_prefix(row.reason, kToldReasonMaxBytes))}});
  return Value{
      {"notifications", std::move(list)}, {"waiting", counts.waiting}, {"failed", counts.failed}};
}

Result<Value> NotificationsDuty::retry(const std::string& id) {
  MUSTER_ASSIGN(const auto again, deliverer_.retry(id));
  return Value{{"failed", again.failed}, {"waiting", again.waiting}};
}

}  // namespace muster::daemon
