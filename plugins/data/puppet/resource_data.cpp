#include "plugins/data/puppet/resource_data.hpp"

#include "plugins/agents/puppet/catalog.hpp"
#include "plugins/agents/puppet/last_run.hpp"
#include "proto/base/clock.hpp"

namespace muster::plugins::data {
Result<Value> ResourceData::query(const std::optional<std::string>& argument) {
  Value data{{"managed", false}};
  if (argument) {
    MUSTER_ASSIGN(data["managed"], puppet::manages(node_.puppet(), *argument));
  }
  const auto summary = puppet::last_run_summary(node_.puppet());
  if (!summary && summary.error().code != Errc::not_found) return fail(summary.error());
  const auto reply =
      summary ? puppet::summary_reply(*summary, node_.clock().unix_ms() / base::kMsPerSecond)
              : Value::object();
  for (const auto& output : ddl().outputs) {
    const auto& name = output.name;
    if (name == "managed") continue;
    data[name] = reply.contains(name) ? reply.at(name) : output.default_value;
  }
  return data;
}

}  // namespace muster::plugins::data
