#include "proto/base/ruby_yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proto/base/encoding.hpp"
#include "proto/base/json_document.hpp"
#include "proto/base/ruby_scalar.hpp"
#include "proto/base/strict_yaml.hpp"
#include "proto/base/utf8.hpp"
#include "proto/base/yaml_walk.hpp"

namespace muster::base {
namespace {

// Bytes in base64 (!!binary); as they stand when they are none.
std::string decoded(const std::string& scalar) {
  std::string text;
  for (const char c : scalar)
    if (c == '+' || c == '/')
      text += c == '+' ? '-' : '_';
    else if (c != '=' && c != '\n' && c != ' ')
      text += c;
  const auto bytes = from_base64url(text);
  return bytes ? decode_text(*bytes).text : scalar;
}

Value scalar_of(const YAML::Node& node) {
  const auto& tag = node.Tag();
  // "!" marks what is quoted.
  if (tag == "!" || tag == "!str" || tag == "tag:yaml.org,2002:str") return node.Scalar();
  if (tag == "!binary" || tag == "tag:yaml.org,2002:binary") return decoded(node.Scalar());
  auto value = ruby_scalar(node.Scalar());
  const bool real = tag == "!float" || tag == "tag:yaml.org,2002:float";
  return real && value.is_number() ? Value(value.get<double>()) : value;
}

// Psych goes by the order of the lines: what stands behind a merge key overrides it, and is overridden
// by one in front. Of several maps the first wins.
bool merge(Value& into, const Value& from) {
  if (from.is_object()) {
    into.update(from);
    return true;
  }
  const auto is_map = [](const Value& each) { return each.is_object(); };
  if (!from.is_array() || !std::all_of(from.begin(), from.end(), is_map)) return false;
  for (auto each = from.rbegin(); each != from.rend(); ++each) into.update(*each);
  return true;
}

class RubyWalk final : public YamlWalk {
 public:
  using YamlWalk::YamlWalk;

 private:
  Value scalar(const YAML::Node& node) const override { return scalar_of(node); }
  Result<std::string> key(const YAML::Node& node, const Value& /*map*/) const override {
    if (!node.IsScalar() && !node.IsNull()) return problem(node, "a key must be a word");
    const auto value = node.IsNull() ? Value(nullptr) : scalar_of(node);
    if (value.is_null()) return std::string();
    return value.is_string() ? value.get<std::string>() : value.dump();
  }
  void put(Value& map, const std::string& key, Value value) const override {
    if (key != "<<" || !merge(map, value)) map[key] = std::move(value);
  }
};

}  // namespace

Result<Value> ruby_yaml(std::string_view text, std::string_view name) {
  const auto start = text.find_first_not_of(" \t\r\n");
  // Most JSON is YAML; what is not (escaped surrogate pairs) needs a JSON parser.
  if (start != std::string_view::npos && text[start] == '{')
    if (auto value = read_json(text, name,
                               {.bytes = text.size(),
                                .depth = kYamlMaxDepth,
                                .values = kYamlMaxValues,
                                .last_of_equal_keys = true}))
      return value;
  try {
    return RubyWalk(name).convert(YAML::Load(std::string(text)));
  } catch (const YAML::Exception& error) {
    return fail(Errc::invalid_data, fmt::format("{}:{}: {}", name, error.mark.line + 1, error.msg));
  }
}

}  // namespace muster::base
