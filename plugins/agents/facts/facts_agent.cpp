#include "plugins/agents/facts/facts_agent.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/names.hpp"
#include "proto/filter/find_fact.hpp"

namespace muster::plugins::facts_agent {
namespace {

constexpr int kDepthMax = 50;  // of the dotted names; deeper facts are shown whole

// Every fact that is no map under the dotted name that filters take.
void flatten(const Value& facts, const std::string& above, int depth, const std::string& part,
             Value& out) {
  for (const auto& [name, value] : facts.items()) {
    const auto path = above + name;
    if (value.is_object() && !value.empty() && depth < kDepthMax)
      flatten(value, path + ".", depth + 1, part, out);
    else if (path.find(part) != std::string::npos)
      out[path] = value;
  }
}

Value list(const Node& node, const Value& inputs) {
  Value facts = Value::object();
  flatten(node.facts(), "", 0, inputs.value("match", std::string()), facts);
  const auto count = facts.size();
  return {{"facts", std::move(facts)}, {"count", count}};
}

Result<Value> get(const Node& node, const Value& inputs) {
  const auto facts = node.facts();
  const auto path = inputs.at("fact").get<std::string>();
  const auto* found = filter::find_fact(facts, path);
  if (found == nullptr)
    return fail(Errc::not_found,
                fmt::format("{} has no fact {}", node.identity(), base::quoted(path)));
  return Value{{"fact", path}, {"value", *found}};
}

// How many facts at the top came, went or changed: what an operator refreshes for.
Value refresh(Node& node) {
  const auto before = node.facts();
  node.refresh_facts();
  const auto after = node.facts();
  Value changed = Value::array();
  for (const auto& [name, value] : after.items())
    if (!before.contains(name) || before[name] != value) changed.push_back(name);
  for (const auto& [name, unused] : before.items())
    if (!after.contains(name)) changed.push_back(name);
  return {{"count", after.size()}, {"changed", std::move(changed)}};
}

}  // namespace

ActionReply FactsAgent::handle(const ActionRequest& request) {
  auto data = [&]() -> Result<Value> {
    if (request.action == "list") return list(node_, request.data);
    if (request.action == "get") return get(node_, request.data);
    if (request.action == "refresh") return refresh(node_);
    return fail(Errc::unknown_action, fmt::format("facts has no action '{}'", request.action));
  }();
  return data ? ActionReply::ok(std::move(*data)) : ActionReply::failed(data.error());
}

}  // namespace muster::plugins::facts_agent
