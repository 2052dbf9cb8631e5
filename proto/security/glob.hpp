// Patterns of names: '*' any run of characters, '?' exactly one. Pure functions.
#pragma once

#include <string_view>

#include "proto/base/result.hpp"

namespace muster::security {

// The whole text must match. Linear in practice: no exponential backtracking.
bool glob_match(std::string_view pattern, std::string_view text);

// Whether every name that `narrow` matches is matched by `wide` too. Never wrongly true; false for
// a few odd pairs that do cover each other ("*?" and "?*").
bool glob_covers(std::string_view wide, std::string_view narrow);

// Whether it matches one name only: no '*' and no '?'.
bool glob_is_exact(std::string_view pattern);

// Errc::invalid_data unless it is a glob of identities: lower case letters, digits, '.', '-', '_',
// '*', '?'.
Status check_identity_glob(std::string_view glob);

}  // namespace muster::security
