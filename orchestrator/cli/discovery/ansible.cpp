#include "orchestrator/cli/discovery/ansible.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "orchestrator/cli/discovery/host_range.hpp"
#include "proto/base/text.hpp"

namespace muster::cli {
namespace {

using Hosts = std::vector<std::string>;

constexpr std::size_t kGroupsDeepMax = 32;  // groups of groups in a document

// The next line, without blanks around; comments are empty lines.
std::string_view take_line(std::string_view& list) {
  const auto end = list.find('\n');
  const auto line = base::trimmed(list.substr(0, end));
  list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
  return line.starts_with('#') || line.starts_with(';') ? std::string_view() : line;
}

// "n1 ansible_host=192.0.2.1": no line of any other list has variables behind a name.
bool has_variables(std::string_view line) {
  const auto blank = line.find_first_of(" \t");
  if (blank == std::string_view::npos || line.find('"') < blank) return false;
  const auto first = base::trimmed(line.substr(blank));
  const auto equals = first.find('=');
  return first.starts_with("ansible_") && equals != std::string_view::npos &&
         equals < first.find_first_of(" \t");
}

// "web:vars" of "[web:vars]". JSON's lists have quotes or commas in them.
std::optional<std::string_view> group_head(std::string_view line) {
  line = base::trimmed(line.substr(0, line.find('#')));
  if (line.size() < 3 || !line.starts_with('[') || !line.ends_with(']')) return std::nullopt;
  const auto inside = line.substr(1, line.size() - 2);
  const bool name = inside.find_first_of("\"',[]{} ") == std::string_view::npos &&
                    (inside[0] < '0' || inside[0] > '9');
  return name ? std::optional(inside) : std::nullopt;
}

// YAML takes a host called 7 for a number.
std::string text_of(const Value& host) {
  return host.is_string() ? host.get<std::string>() : host.dump();
}

// A map whose keys they are, a list, or a single one.
Status add_group(Hosts& names, const Value& hosts, const std::string& place) {
  if (hosts.is_string()) return add_hosts(names, hosts.get<std::string>(), place);
  for (const auto& [key, host] : hosts.items())
    MUSTER_TRY(add_hosts(names, hosts.is_object() ? key : text_of(host), place));
  return {};
}

Status add_groups(Hosts& names, const Value& groups, const std::string& where, std::size_t depth) {
  if (!groups.is_object()) return {};
  if (depth > kGroupsDeepMax)
    return fail(Errc::limit,
                fmt::format("{}: groups in groups deeper than {}", where, kGroupsDeepMax));
  for (const auto& [name, group] : groups.items()) {
    if (!group.is_object() || name == "_meta") continue;
    const auto place = fmt::format("{}: {}", where, name);
    if (const auto hosts = group.find("hosts"); hosts != group.end())
      MUSTER_TRY(add_group(names, *hosts, place));
    if (const auto children = group.find("children"); children != group.end())
      MUSTER_TRY(add_groups(names, *children, place, depth + 1));
  }
  return {};
}

}  // namespace

bool is_ansible_ini(std::string_view list) {
  while (!list.empty())
    if (const auto line = take_line(list); group_head(line) || has_variables(line)) return true;
  return false;
}

Result<std::vector<std::string>> from_ansible_ini(std::string_view list, std::string_view name) {
  Hosts names;
  bool hosts = true;  // and not variables or groups
  for (std::size_t number = 1; !list.empty(); ++number) {
    const auto line = take_line(list);
    if (line.empty()) continue;
    if (const auto head = group_head(line)) {
      hosts = head->find(':') == std::string_view::npos || head->ends_with(":hosts");
      continue;
    }
    if (hosts)
      MUSTER_TRY(add_hosts(names, line.substr(0, line.find_first_of(" \t")),
                           fmt::format("{}:{}", name, number)));
  }
  return names;
}

bool is_ansible_document(const Value& document) {
  return document.is_object() &&
         std::any_of(document.begin(), document.end(), [](const Value& group) {
           return group.is_object() && (group.contains("hosts") || group.contains("children"));
         });
}

Status add_ansible_document(std::vector<std::string>& names, const Value& document,
                            const std::string& where) {
  return add_groups(names, document, where, 0);
}

}  // namespace muster::cli
