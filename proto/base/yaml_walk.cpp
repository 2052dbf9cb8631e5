#include "proto/base/yaml_walk.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "proto/base/strict_yaml.hpp"

namespace muster::base {

Result<Value> YamlWalk::convert(const YAML::Node& node, std::size_t depth) {
  if (depth > kYamlMaxDepth)
    return problem(node, fmt::format("nested deeper than the limit of {}", kYamlMaxDepth));
  if (++values_ > kYamlMaxValues)
    return problem(node, fmt::format("more than the limit of {} values", kYamlMaxValues));
  if (node.IsScalar()) return scalar(node);
  if (node.IsSequence()) return list(node, depth);
  if (node.IsMap()) return map(node, depth);
  return Value(nullptr);
}

Result<Value> YamlWalk::list(const YAML::Node& node, std::size_t depth) {
  Value out = Value::array();
  for (const auto& item : node) {
    MUSTER_ASSIGN(Value value, convert(item, depth + 1));
    out.push_back(std::move(value));
  }
  return out;
}

Result<Value> YamlWalk::map(const YAML::Node& node, std::size_t depth) {
  Value out = Value::object();
  for (const auto& item : node) {
    MUSTER_ASSIGN(const auto name, key(item.first, out));
    MUSTER_ASSIGN(Value value, convert(item.second, depth + 1));
    put(out, name, std::move(value));
  }
  return out;
}

void YamlWalk::put(Value& map, const std::string& key, Value value) const {
  map[key] = std::move(value);
}

tl::unexpected<Error> YamlWalk::problem(const YAML::Node& node, std::string_view what) const {
  return fail(Errc::invalid_data, fmt::format("{}: {}", yaml_where(name_, node), what));
}

}  // namespace muster::base
