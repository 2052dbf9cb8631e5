#include "plugins/agents/rpcutil/rpcutil.hpp"

#include "proto/base/clock.hpp"

#include <fmt/format.h>

#include <array>

namespace muster::plugins::rpcutil {
namespace {

struct Row {
  std::string_view action;
  Result<Value> (*answer)(const Node& node, const Value& inputs);
};

constexpr std::array kActions{
    Row{"ping",
        [](const Node& node, const Value&) -> Result<Value> {
          return Value{{"pong", node.clock().unix_ms() / base::kMsPerSecond}};
        }},
    Row{"inventory",
        [](const Node& node, const Value&) -> Result<Value> { return inventory(node); }},
    Row{"agent_inventory",
        [](const Node& node, const Value&) -> Result<Value> { return agent_inventory(node); }},
    Row{"collective_info",
        [](const Node& node, const Value&) -> Result<Value> { return collective_info(node); }},
    Row{"daemon_stats",
        [](const Node& node, const Value&) -> Result<Value> { return node.statistics(); }},
    Row{"get_data", get_data},
    Row{"get_ddl", get_ddl},
    Row{"get_fact", get_fact},
    Row{"get_facts", get_facts}};

}  // namespace

ActionReply Rpcutil::handle(const ActionRequest& request) {
  for (const auto& row : kActions) {
    if (row.action != request.action) continue;
    auto data = row.answer(node_, request.data);
    return data ? ActionReply::ok(std::move(*data)) : ActionReply::failed(data.error());
  }
  return ActionReply::failed(
      {Errc::unknown_action, fmt::format("rpcutil has no action '{}'", request.action)});
}

}  // namespace muster::plugins::rpcutil
