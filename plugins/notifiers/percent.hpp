// Percent-encoding in target URLs (RFC 3986 2.1).
#pragma once

#include <string>
#include <string_view>

#include "proto/base/result.hpp"

namespace muster::notifiers {

// Errc::config when a '%' is not followed by two hexadecimal digits.
Result<std::string> percent_decoded(std::string_view text);

}  // namespace muster::notifiers
