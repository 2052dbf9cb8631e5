// What a string input may hold: a named validator or a regular expression.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::ddl {

inline constexpr std::int64_t kRegexMaxMemoryBytes = 1024 * 1024;  // of one compiled expression

const std::vector<std::string>& validator_names();
// "must be a valid IPv4 address"; empty for a name that is none.
std::string_view what_it_demands(std::string_view validator);

// Whether it is a bare word, which names a validator, known or not; anything else is an expression.
bool is_validator_name(std::string_view validation);

// A bare word must be a validator's name, Muster's or the site's (site_rules.hpp); anything else must be a regular expression that RE2
// takes.
Status check_validation(std::string_view validation);

// Empty when `text` passes, otherwise what it must be: "must be a valid IPv4 address". `validation`
// has passed check_validation(), or is the name of a validator that is not known here: then `text`
// must be shellsafe. A regular expression may match anywhere; '^' and '$' mean the
// whole text, not a line.
std::string why_invalid(std::string_view validation, std::string_view text);

}  // namespace muster::ddl
