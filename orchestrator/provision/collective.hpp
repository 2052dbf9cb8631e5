// What provisioning sees of the collective, and tells it, as an interface: unit tests play it.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "orchestrator/client/records.hpp"
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
  // In the order of calling. What cannot be told is logged.
  virtual void publish(const client::Record& record) = 0;
  virtual loop::Task<Status> forget(std::string identity) = 0;
};

}  // namespace muster::provision
