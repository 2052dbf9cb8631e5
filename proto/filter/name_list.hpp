// A name or /re/ looked for in a list of names: classes and agents.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "proto/filter/regex.hpp"

namespace muster::filter {

using WantedName = std::variant<std::string, Regex>;

bool matches(const WantedName& wanted, std::string_view name);
// Null when none matches, or there is no list.
const std::string* first_match(const std::vector<std::string>* names, const WantedName& wanted);
std::string printed_name(const WantedName& wanted);
// For people: the name that matches, or "none of 12 classes".
std::string found_in(const std::vector<std::string>* names, const WantedName& wanted,
                     std::string_view what);

}  // namespace muster::filter
