// What provisioning sees of the collective, and tells it, as an interface: unit tests play it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "orchestrator/client/records.hpp"
#include "orchestrator/client/reply_fields.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

// On the loop's thread.
class Collective {
 public:
  virtual ~Collective() = default;

  // The chosen facts of a node that is online; null: it is not.
  virtual std::shared_ptr<const Value> member(const std::string& identity) const = 0;
  virtual bool is_banned(const std::string& identity) const = 0;
  // The newest record of a node: another orchestrator's, or what was published here, also when it has not come back yet.
  virtual std::optional<client::Record> record(const std::string& identity) const = 0;
  // The same, or the one that says that the node is forgotten: what is told of it from now on counts when it began later.
  virtual std::optional<client::Record> newest(const std::string& identity) const = 0;
  // In the order of calling. What cannot be told is logged.
  virtual void publish(const client::Record& record) = 0;
  virtual loop::Task<Status> forget(std::string identity) = 0;
};

// By its presence.
inline bool is_in_production(const Collective& collective, const std::string& identity) {
  const auto facts = collective.member(identity);
  return facts && client::text_at(*facts, "provision") == "finished";
}

// When what begins now of that node has to begin, or by a clock that is behind it would be taken for older than what is known.
inline std::int64_t begins_at_ms(const Collective& collective, const std::string& identity,
                                 std::int64_t now_ms) {
  const auto known = collective.newest(identity);
  return known ? std::max(now_ms, known->started_at_ms + 1) : now_ms;
}

}  // namespace muster::provision
