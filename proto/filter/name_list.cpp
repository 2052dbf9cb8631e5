#include "proto/filter/name_list.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace muster::filter {

bool matches(const WantedName& wanted, std::string_view name) {
  if (const auto* plain = std::get_if<std::string>(&wanted)) return name == *plain;
  return std::get<Regex>(wanted).found_in(name);
}

const std::string* first_match(const std::vector<std::string>* names, const WantedName& wanted) {
  if (!names) return nullptr;
  const auto found = std::find_if(names->begin(), names->end(),
                                  [&](const auto& name) { return matches(wanted, name); });
  return found == names->end() ? nullptr : &*found;
}

std::string printed_name(const WantedName& wanted) {
  if (const auto* plain = std::get_if<std::string>(&wanted)) return *plain;
  return std::get<Regex>(wanted).printed();
}

std::string found_in(const std::vector<std::string>* names, const WantedName& wanted,
                     std::string_view what) {
  if (const auto* name = first_match(names, wanted)) return fmt::format("{} {}", what, *name);
  const auto plural = what.ends_with('s') ? "es" : "s";
  const auto count = names ? names->size() : 0;
  if (count == 0) return fmt::format("no {}{}", what, plural);
  return fmt::format("none of {} {}{}", count, what, count == 1 ? "" : plural);
}

}  // namespace muster::filter
