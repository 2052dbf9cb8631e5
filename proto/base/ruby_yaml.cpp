#include "proto/base/ruby_yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "proto/base/encoding.hpp"
#include "proto/base/json_document.hpp"
#include "proto/base/ruby_scalar.hpp"
#include "proto/base/strict_yaml.hpp"
#include "proto/base/utf8.hpp"
#include "proto/base/yaml_document.hpp"

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

class RubyConverter {
 public:
  explicit RubyConverter(std::string_view name) : name_(name) {}

  Result<Value> convert(const YAML::Node& node, std::size_t depth) {
    if (depth > kYamlMaxDepth)
      return problem(node, fmt::format("nested deeper than the limit of {}", kYamlMaxDepth));
    if (++values_ > kYamlMaxValues)
      return problem(node, fmt::format("more than the limit of {} values", kYamlMaxValues));
    if (node.IsScalar()) return scalar_of(node);
    if (node.IsSequence()) return list(node, depth);
    if (node.IsMap()) return map(node, depth);
    return Value(nullptr);
  }

 private:
  Result<Value> list(const YAML::Node& node, std::size_t depth) {
    Value out = Value::array();
    for (const auto& item : node) {
      MUSTER_ASSIGN(Value value, convert(item, depth + 1));
      out.push_back(std::move(value));
    }
    return out;
  }

  Result<Value> map(const YAML::Node& node, std::size_t depth) {
    Value out = Value::object();
    for (const auto& item : node) {
      MUSTER_ASSIGN(const auto key, key_of(item.first));
      MUSTER_ASSIGN(Value value, convert(item.second, depth + 1));
      if (key != "<<" || !merge(out, value)) out[key] = std::move(value);
    }
    return out;
  }

  Result<std::string> key_of(const YAML::Node& key) const {
    if (!key.IsScalar() && !key.IsNull()) return problem(key, "a key must be a word");
    const auto value = key.IsNull() ? Value(nullptr) : scalar_of(key);
    if (value.is_null()) return std::string();
    return value.is_string() ? value.get<std::string>() : value.dump();
  }

  // Psych goes by the order of the lines: what stands behind a merge key overrides it, and is overridden
  // by one in front. Of several maps the first wins.
  static bool merge(Value& into, const Value& from) {
    if (from.is_object()) {
      into.update(from);
      return true;
    }
    const auto is_map = [](const Value& each) { return each.is_object(); };
    if (!from.is_array() || !std::all_of(from.begin(), from.end(), is_map)) return false;
    for (auto each = from.rbegin(); each != from.rend(); ++each) into.update(*each);
    return true;
  }

  tl::unexpected<Error> problem(const YAML::Node& node, std::string_view what) const {
    return fail(Errc::invalid_data, fmt::format("{}: {}", yaml_where(name_, node), what));
  }

  std::string_view name_;
  std::size_t values_ = 0;
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
    return RubyConverter(name).convert(YAML::Load(std::string(text)), 1);
  } catch (const YAML::Exception& error) {
    return fail(Errc::invalid_data, fmt::format("{}:{}: {}", name, error.mark.line + 1, error.msg));
  }
}

}  // namespace muster::base
