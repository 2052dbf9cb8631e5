#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "proto/base/json_document.hpp"
#include "proto/base/names.hpp"
#include "proto/base/strict_yaml.hpp"
#include "proto/base/yaml_document.hpp"
#include "proto/base/yaml_walk.hpp"

namespace muster::base {
namespace {

bool one_of(std::string_view text, std::initializer_list<std::string_view> set) {
  return std::find(set.begin(), set.end(), text) != set.end();
}

template <class Number>
std::optional<Number> whole(std::string_view digits, int radix) {
  Number number{};
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, radix);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> core_integer(std::string_view text) {
  if (text.starts_with("0o")) return whole<std::uint32_t>(text.substr(2), 8);
  if (text.starts_with("0x")) return whole<std::uint32_t>(text.substr(2), 16);
  if (text.starts_with("+") && !text.starts_with("+-")) text.remove_prefix(1);
  return whole<std::int64_t>(text, 10);
}

std::optional<double> core_float(std::string_view text) {
  if (text.starts_with("+") && !text.starts_with("+-")) text.remove_prefix(1);
  // from_chars also reads "inf" and "nan", which are plain words in YAML.
  if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// YAML 1.2 chapter 10.3.2, without .inf and .nan, for which JSON has no number: they stay text.
Value plain_scalar(const std::string& text) {
  if (one_of(text, {"", "~", "null", "Null", "NULL"})) return nullptr;
  if (one_of(text, {"true", "True", "TRUE"})) return true;
  if (one_of(text, {"false", "False", "FALSE"})) return false;
  if (const auto number = core_integer(text)) return *number;
  if (const auto number = core_float(text)) return *number;
  return text;
}

class CoreWalk final : public YamlWalk {
 public:
  using YamlWalk::YamlWalk;

 private:
  Value scalar(const YAML::Node& node) const override {
    return node.Tag() == "?" || node.Tag().empty() ? plain_scalar(node.Scalar())
                                                   : Value(node.Scalar());
  }
  Result<std::string> key(const YAML::Node& node, const Value& map) const override {
    if (!node.IsScalar()) return problem(node, "a key must be a word");
    if (map.contains(node.Scalar()))
      return problem(node, fmt::format("key {} stands here twice", quoted(node.Scalar())));
    return node.Scalar();
  }
};

// Most JSON is YAML; what is not (escaped surrogate pairs) needs a JSON parser. Nothing when it is
// no JSON or outside the limits: then the YAML parser finds the same and names the line.
std::optional<Value> as_json(std::string_view text) {
  const auto start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos || (text[start] != '{' && text[start] != '['))
    return std::nullopt;
  auto value =
      read_json(text, "", {.bytes = text.size(), .depth = kYamlMaxDepth, .values = kYamlMaxValues});
  return value ? std::optional(*std::move(value)) : std::nullopt;
}

// Follows the parser without building anything, to learn where a document starts.
class StartWatcher final : public YAML::EventHandler {
 public:
  int line() const { return line_; }

  void OnDocumentStart(const YAML::Mark& mark) override { line_ = mark.line + 1; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

 private:
  int line_ = 0;
};

// YAML::Load ignores what follows the first document, and YAML::LoadAll never ends on a stray
// bracket there.
Status check_single(const std::string& text, std::string_view name) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  StartWatcher watcher;
  if (parser.HandleNextDocument(watcher) && parser.HandleNextDocument(watcher))
    return fail(Errc::invalid_data, fmt::format("{}:{}: something follows the end of the document",
                                                name, watcher.line()));
  return {};
}

}  // namespace

std::string yaml_where(std::string_view name, const YAML::Node& node) {
  const auto mark = node.Mark();
  return mark.is_null() ? std::string(name) : fmt::format("{}:{}", name, mark.line + 1);
}

Result<YAML::Node> yaml_load(std::string_view text, std::string_view name) {
  try {
    const std::string whole_text(text);
    MUSTER_TRY(check_single(whole_text, name));
    return YAML::Load(whole_text);
  } catch (const YAML::Exception& error) {
    return fail(Errc::invalid_data, fmt::format("{}:{}: {}", name, error.mark.line + 1, error.msg));
  }
}

Result<Value> yaml_node_to_value(const YAML::Node& node, std::string_view name) {
  return CoreWalk(name).convert(node);
}

Result<Value> yaml_to_value(std::string_view text, std::string_view name) {
  if (auto value = as_json(text)) return std::move(*value);
  MUSTER_ASSIGN(const YAML::Node node, yaml_load(text, name));
  return yaml_node_to_value(node, name);
}

}  // namespace muster::base
