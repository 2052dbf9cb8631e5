#include "orchestrator/cli/discovery/host_range.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "orchestrator/cli/discovery/name_list.hpp"
#include "proto/base/names.hpp"

namespace muster::cli {
namespace {

using Hosts = std::vector<std::string>;

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

std::optional<std::size_t> bound_of(std::string_view digits) {
  std::size_t value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool good = problem == std::errc() && end == digits.data() + digits.size();
  return good ? std::optional(value) : std::nullopt;
}

bool is_letter(std::string_view text) {
  return text.size() == 1 &&
         ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z'));
}

Status add_range(Hosts& names, const HostRange& range, const std::string& where) {
  const auto from = range.first.empty() ? std::optional<std::size_t>(0) : bound_of(range.first);
  const auto to = bound_of(range.last);
  const bool letters = is_letter(range.first) && is_letter(range.last);
  if (!letters && (!from || !to))
    return fail(Errc::invalid_data,
                fmt::format("{}: [{}:{}] is no range: write numbers or letters, as in web[01:20]",
                            where, range.first, range.last));
  const auto width = letters ? 1 : range.first.size();
  const std::size_t begin = letters ? static_cast<unsigned char>(range.first[0]) : *from;
  const std::size_t end = letters ? static_cast<unsigned char>(range.last[0]) : *to;
  // It would be nobody without a word.
  if (begin > end)
    return fail(Errc::invalid_data, fmt::format("{}: the range [{}:{}] ends before it begins",
                                                where, range.first, range.last));
  const auto steps = (end - begin) / range.step;
  for (std::size_t step = 0; step <= steps; ++step) {
    const auto at = begin + step * range.step;
    const auto middle =
        letters ? std::string(1, static_cast<char>(at)) : fmt::format("{:0{}}", at, width);
    MUSTER_TRY(add_hosts(names, fmt::format("{}{}{}", range.before, middle, range.behind), where));
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

Status add_hosts(std::vector<std::string>& names, std::string_view host, const std::string& where) {
  if (const auto range = range_of(host)) return add_range(names, *range, where);
  // A port may stand behind a name; an IPv6 address is no node's name anyway.
  if (std::count(host.begin(), host.end(), ':') == 1) host = host.substr(0, host.find(':'));
  return add_name(names, host, where);
}

}  // namespace muster::cli
