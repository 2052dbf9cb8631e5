#include "orchestrator/cli/discovery/ansible.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "orchestrator/cli/discovery/name_list.hpp"
#include "proto/base/names.hpp"

namespace muster::cli {
namespace {

using Hosts = std::vector<std::string>;

constexpr std::size_t kGroupsDeepMax = 32;  // groups of groups in a document

std::string_view without_space(std::string_view text) {
  constexpr auto kSpace = " \t\r\n";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

// The next line, without blanks around; comments are empty lines.
std::string_view take_line(std::string_view& list) {
  const auto end = list.find('\n');
  const auto line = without_space(list.substr(0, end));
  list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
  return line.starts_with('#') || line.starts_with(';') ? std::string_view() : line;
}

// "web:vars" of "[web:vars]". JSON's lists have quotes or commas in them.
std::optional<std::string_view> group_head(std::string_view line) {
  line = without_space(line.substr(0, line.find(" #")));
  if (line.size() < 3 || !line.starts_with('[') || !line.ends_with(']')) return std::nullopt;
  const auto inside = line.substr(1, line.size() - 2);
  const bool name = inside.find_first_of("\"',[]{} ") == std::string_view::npos &&
                    (inside[0] < '0' || inside[0] > '9');
  return name ? std::optional(inside) : std::nullopt;
}

struct HostRange {
  std::string_view before;
  std::string_view first;
  std::string_view last;
  std::size_t step = 1;
  std::string_view behind;
};

// "web[01:20].example" and "web[1:9:2]".
std::optional<HostRange> range_of(std::string_view host) {
  const auto open = host.find('[');
  const auto close = host.find(']', std::min(open, host.size()));
  if (close == std::string_view::npos) return std::nullopt;
  HostRange range{host.substr(0, open), {}, {}, 1, host.substr(close + 1)};
  auto inside = host.substr(open + 1, close - open - 1);
  const auto colon = inside.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  range.first = inside.substr(0, colon);
  inside.remove_prefix(colon + 1);
  const auto second = inside.find(':');
  range.last = inside.substr(0, second);
  if (second == std::string_view::npos) return range;
  const auto step = inside.substr(second + 1);
  const auto [end, problem] = std::from_chars(step.data(), step.data() + step.size(), range.step);
  const bool good = problem == std::errc() && end == step.data() + step.size() && range.step > 0;
  return good ? std::optional(range) : std::nullopt;
}

std::optional<std::size_t> number(std::string_view digits) {
  std::size_t value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool good = problem == std::errc() && end == digits.data() + digits.size();
  return good ? std::optional(value) : std::nullopt;
}

Status add_hosts(Hosts& names, std::string_view host, const std::string& where);

Status add_range(Hosts& names, const HostRange& range, const std::string& where) {
  const auto from = number(range.first);
  const auto to = number(range.last);
  const bool letters = range.first.size() == 1 && range.last.size() == 1 && !from && !to;
  if (!letters && (!from || !to))
    return fail(Errc::invalid_data,
                fmt::format("{}: [{}:{}] is no range: write numbers or letters, as in web[01:20]",
                            where, range.first, range.last));
  const auto width = letters ? 1 : range.first.size();
  const std::size_t begin = letters ? static_cast<unsigned char>(range.first[0]) : *from;
  const std::size_t end = letters ? static_cast<unsigned char>(range.last[0]) : *to;
  for (std::size_t at = begin; at <= end; at += range.step) {
    const auto middle =
        letters ? std::string(1, static_cast<char>(at)) : fmt::format("{:0{}}", at, width);
    MUSTER_TRY(add_hosts(names, fmt::format("{}{}{}", range.before, middle, range.behind), where));
  }
  return {};
}

Status add_hosts(Hosts& names, std::string_view host, const std::string& where) {
  if (const auto range = range_of(host)) return add_range(names, *range, where);
  // A port may stand behind a name; an IPv6 address is no node's name anyway.
  if (std::count(host.begin(), host.end(), ':') == 1) host = host.substr(0, host.find(':'));
  return add_name(names, host, where);
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
      for (const auto& [key, host] : hosts->items())
        MUSTER_TRY(add_hosts(names, host.is_string() ? host.get<std::string>() : key, place));
    if (const auto children = group.find("children"); children != group.end())
      MUSTER_TRY(add_groups(names, *children, place, depth + 1));
  }
  return {};
}

}  // namespace

Status add_name(std::vector<std::string>& names, std::string_view identity,
                const std::string& where) {
  if (auto good = base::check_identity(identity); !good)
    return fail(Errc::invalid_data, fmt::format("{}: {}", where, good.error().message));
  if (names.size() >= kNameListMaxNames)
    return fail(Errc::limit, fmt::format("{}: more than {} names", where, kNameListMaxNames));
  names.emplace_back(identity);
  return {};
}

bool is_ansible_ini(std::string_view list) {
  while (!list.empty())
    if (group_head(take_line(list))) return true;
  return false;
}

Result<std::vector<std::string>> from_ansible_ini(std::string_view list, std::string_view name) {
  Hosts names;
  bool hosts = true;  // and not variables or groups
  for (std::size_t number = 1; !list.empty(); ++number) {
    const auto line = take_line(list);
    if (line.empty()) continue;
    if (const auto head = group_head(line)) {
      hosts = head->find(':') == std::string_view::npos;
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
