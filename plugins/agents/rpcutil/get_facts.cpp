#include "plugins/agents/rpcutil/rpcutil.hpp"
#include "proto/base/text.hpp"
#include "proto/filter/find_fact.hpp"

namespace muster::plugins::rpcutil {
namespace {

// As filters read them: "os.release.major" leads inside.
Value fact_of(const Value& facts, std::string_view name) {
  const auto* fact = filter::find_fact(facts, name);
  return fact ? *fact : Value(nullptr);
}

}  // namespace

Result<Value> get_fact(const Node& node, const Value& inputs) {
  const auto& name = inputs.at("fact").get_ref<const std::string&>();
  return Value{{"fact", name}, {"value", fact_of(node.facts(), name)}};
}

Result<Value> get_facts(const Node& node, const Value& inputs) {
  const auto facts = node.facts();
  Value values = Value::object();
  std::string_view names = inputs.at("facts").get_ref<const std::string&>();
  while (!names.empty()) {
    const auto comma = names.find(',');
    const auto name = base::trimmed(names.substr(0, comma));
    values[std::string(name)] = fact_of(facts, name);
    names = comma == std::string_view::npos ? std::string_view() : names.substr(comma + 1);
  }
  return Value{{"values", std::move(values)}};
}

// The plugin's outputs are the reply's, as in MCollective: they differ from plugin to plugin.
Result<Value> get_data(const Node& node, const Value& inputs) {
  std::optional<std::string> query;
  if (const auto given = inputs.find("query"); given != inputs.end() && given->is_string())
    query = given->get<std::string>();
  return node.query_data(inputs.at("source").get_ref<const std::string&>(), query);
}

}  // namespace muster::plugins::rpcutil
