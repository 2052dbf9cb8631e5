#include "orchestrator/cli/discovery/name_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "orchestrator/cli/discovery/ansible.hpp"
#include "orchestrator/cli/discovery/host_range.hpp"
#include "proto/base/json_document.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/base/strict_yaml.hpp"
#include "proto/base/text.hpp"
#include "proto/base/utf8.hpp"

namespace muster::cli {
namespace {

using Names = std::vector<std::string>;

constexpr std::array kKeys{"sender", "certname",
                           "identity"};           // of an object that stands for a node
constexpr std::array kLists{"replies", "nodes"};  // of a document that holds such

Result<Names> from_text(std::string_view list, std::string_view name) {
  Names names;
  for (std::size_t line = 1; !list.empty(); ++line) {
    const auto end = list.find('\n');
    auto text = list.substr(0, end);
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
    text = base::trimmed(text.substr(0, text.find('#')));
    if (!text.empty()) MUSTER_TRY(add_name(names, text, fmt::format("{}:{}", name, line)));
  }
  return names;
}

Status add_one(Names& names, const Value& item, const std::string& where) {
  if (item.is_string()) return add_name(names, item.get<std::string>(), where);
  if (item.is_object())
    for (const auto* key : kKeys)
      if (const auto found = item.find(key); found != item.end() && found->is_string())
        return add_name(names, found->get<std::string>(), where);
  return fail(Errc::invalid_data, fmt::format("{}: neither a name nor an object with \"{}\"", where,
                                              fmt::join(kKeys, "\", \"")));
}

Status add_all(Names& names, const Value& items, const std::string& where) {
  std::size_t index = 0;
  for (const auto& item : items)
    MUSTER_TRY(add_one(names, item, fmt::format("{}[{}]", where, index++)));
  return {};
}

Status add_document(Names& names, const Value& document, const std::string& where) {
  if (document.is_array()) return add_all(names, document, where + ": item ");
  if (document.is_object()) {
    for (const auto* key : kLists)
      if (const auto found = document.find(key); found != document.end() && found->is_array())
        return add_all(names, *found, fmt::format("{}: {}", where, key));
    if (is_ansible_document(document)) return add_ansible_document(names, document, where);
  }
  return fail(Errc::invalid_data,
              fmt::format("{}: a list of nodes, or a document with \"replies\" or \"nodes\", must "
                          "stand here",
                          where));
}

// An object a line, the last of which sums up and names nobody.
Status add_line(Names& names, const Value& line, const std::string& where) {
  if (line.is_object() && line.contains("request_stats") && !line.contains("sender")) return {};
  return add_one(names, line, where);
}

// Where the whole list, which does not parse, goes wrong. Nothing of it is kept.
Error not_json(std::string_view list, std::string_view name) {
  list = list.substr(0, list.find_last_not_of(" \t\r\n") + 1);
  try {
    const auto nothing =
        Value::parse(list, [](int, Value::parse_event_t, Value&) { return false; });
  } catch (const Value::exception& error) {
    return base::json_error(list, name, error);
  }
  return {Errc::invalid_data, fmt::format("{}: not JSON", name)};
}

Result<Names> from_json_lines(std::string_view list, std::string_view name) {
  const auto whole = list;
  bool first = true;
  Names names;
  for (std::size_t line = 1; !list.empty(); ++line) {
    const auto end = list.find('\n');
    const auto text = base::trimmed(list.substr(0, end));
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
    if (text.empty()) continue;
    const auto where = fmt::format("{}:{}", name, line);
    const auto value = Value::parse(text, nullptr, false);
    // Objects one a line begin with one: what does not is a single document.
    if (value.is_discarded() && first) return fail(not_json(whole, name));
    if (value.is_discarded()) return fail(Errc::invalid_data, where + ": not JSON");
    MUSTER_TRY(add_line(names, value, where));
    first = false;
  }
  return names;
}

Result<Names> from_json(std::string_view list, std::string_view name) {
  const auto document = Value::parse(list, nullptr, false);
  if (document.is_discarded()) return from_json_lines(list, name);
  Names names;
  // A single line of --jsonl is a whole document too.
  if (document.is_object() && document.contains("sender"))
    MUSTER_TRY(add_one(names, document, std::string(name)));
  else
    MUSTER_TRY(add_document(names, document, std::string(name)));
  return names;
}

Result<Names> from_yaml(std::string_view list, std::string_view name) {
  MUSTER_ASSIGN(const auto document, base::yaml_to_value(list, name));
  Names names;
  MUSTER_TRY(add_document(names, document, std::string(name)));
  return names;
}

// Without the comments and empty lines it begins with.
std::string_view beginning(std::string_view list) {
  for (list = base::trimmed(list); list.starts_with('#'); list = base::trimmed(list))
    list.remove_prefix(std::min(list.find('\n'), list.size()));
  return list;
}

// A file's name says what it is; else its first line does, where no comment stands.
ListFormat format_of(std::string_view list, std::string_view name) {
  const auto text = beginning(list);
  if (text.empty()) return ListFormat::text;
  if (name.ends_with(".json")) return ListFormat::json;
  if (name.ends_with(".yaml") || name.ends_with(".yml")) return ListFormat::yaml;
  if (is_ansible_ini(list)) return ListFormat::ini;
  if (text.starts_with('[') || text.starts_with('{')) return ListFormat::json;
  const auto first = text.substr(0, text.find('\n'));
  const bool key = base::trimmed(first.substr(0, first.find(" #"))).ends_with(':');
  if (key || first.starts_with("---") || first.starts_with("- ")) return ListFormat::yaml;
  return ListFormat::text;
}

Result<Names> read(std::string_view list, std::string_view name, ListFormat format) {
  switch (format == ListFormat::automatic ? format_of(list, name) : format) {
    case ListFormat::json:
      return from_json(list, name);
    case ListFormat::yaml:
      return from_yaml(list, name);
    case ListFormat::ini:
      return from_ansible_ini(list, name);
    default:
      return from_text(list, name);
  }
}

}  // namespace

Result<ListFormat> list_format_from(std::string_view name) {
  const std::vector<std::string> known{"auto", "text", "yaml", "json", "ini"};
  for (std::size_t i = 0; i < known.size(); ++i)
    if (known[i] == name) return static_cast<ListFormat>(i);
  return fail(Errc::config, fmt::format("a list of nodes has no format {}{}", base::quoted(name),
                                        base::hint_for(name, known)));
}

Result<Names> names_from(std::string_view list, std::string_view name, ListFormat format) {
  // An editor's mark in front is no part of the first name.
  const bool utf16 = list.starts_with("\xff\xfe") || list.starts_with("\xfe\xff");
  const auto decoded = utf16 ? base::decode_text(list).text : std::string();
  list = utf16 ? std::string_view(decoded) : base::without_mark(list);
  MUSTER_ASSIGN(auto names, read(list, name, format));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace muster::cli
