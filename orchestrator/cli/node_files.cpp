#include "orchestrator/cli/node_files.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/files.hpp"
#include "proto/base/json_document.hpp"
#include "proto/base/ruby_yaml.hpp"
#include "proto/base/strict_yaml.hpp"
#include "proto/base/text.hpp"
#include "proto/base/utf8.hpp"

namespace muster::cli {
namespace {

constexpr base::JsonLimits kJsonLimits{.bytes = kFactsFileMaxBytes, .depth = base::kYamlMaxDepth};

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    if (const auto word = base::trimmed(text.substr(0, end)); !word.empty()) out.emplace_back(word);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace

Result<Value> read_value_file(const std::filesystem::path& file) {
  MUSTER_ASSIGN(const auto bytes, base::read_file(file, kFactsFileMaxBytes));
  const auto text = base::decode_text(bytes).text;
  const bool json = base::trimmed(text).starts_with('{');
  MUSTER_ASSIGN(auto value, json ? base::read_json(text, file.string(), kJsonLimits)
                                 : base::ruby_yaml(text, file.string()));
  if (value.is_null()) return Value::object();
  if (!value.is_object())
    return fail(Errc::invalid_data,
                fmt::format("{}: a map of names and values must stand here", file.string()));
  return value;
}

Result<std::vector<std::string>> read_classes_file(const std::filesystem::path& file) {
  MUSTER_ASSIGN(const auto bytes, base::read_file(file, kFactsFileMaxBytes));
  return split(base::decode_text(bytes).text, '\n');
}

std::vector<std::string> split_list(std::string_view text) {
  return split(text, ',');
}

}  // namespace muster::cli
