#include "plugins/systemd/unit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "proto/base/names.hpp"

namespace muster::systemd {
namespace {

constexpr std::array<std::string_view, 4> kTaken{".service", ".socket", ".timer", ".path"};
constexpr std::array<std::string_view, 7> kOthers{".target", ".mount", ".automount", ".swap",
                                                  ".slice",  ".scope", ".device"};

bool of_a_unit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view(":-_.\\@").find(c) != std::string_view::npos;
}

template <class Suffixes>
std::string_view suffix_among(const Suffixes& suffixes, std::string_view word) {
  const auto* found = std::find_if(suffixes.begin(), suffixes.end(),
                                   [&](auto suffix) { return word.ends_with(suffix); });
  return found == suffixes.end() ? std::string_view() : *found;
}

}  // namespace

Result<std::string> unit_name(std::string_view word) {
  if (word.empty() || !std::all_of(word.begin(), word.end(), of_a_unit))
    return fail(Errc::invalid_data,
                fmt::format("{} is no service's name: letters, digits and :-_.\\@ only",
                            base::quoted(word)));
  if (const auto other = suffix_among(kOthers, word); !other.empty())
    return fail(Errc::invalid_data,
                fmt::format("{} is a {}: only services, sockets, timers and paths are managed",
                            base::quoted(word), other.substr(1)));
  auto suffix = suffix_among(kTaken, word);
  const auto stem = word.substr(0, word.size() - suffix.size());
  if (suffix.empty()) suffix = ".service";
  if (stem.empty() || stem.front() == '@')
    return fail(Errc::invalid_data, fmt::format("{} has no name", base::quoted(word)));
  if (stem.back() == '@')
    return fail(Errc::invalid_data, fmt::format("{0} is a template; name an instance: {1}NAME{2}",
                                                base::quoted(word), stem, suffix));
  if (stem.size() + suffix.size() > kUnitNameMaxBytes)
    return fail(Errc::invalid_data, fmt::format("a service's name has at most {} characters",
                                                kUnitNameMaxBytes - suffix.size()));
  return fmt::format("{}{}", stem, suffix);
}

}  // namespace muster::systemd
