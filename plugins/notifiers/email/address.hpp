// Mail addresses, read narrowly: what is not plainly an address never reaches a header or a server.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/result.hpp"

namespace muster::notifiers::email {

// local@domain: a dot-atom (RFC 5322 3.2.3, at most 64 bytes) and a host name (at most 255). Quoted
// local parts, comments, address literals and UTF-8 addresses are refused. Errc::config.
Status check_address(std::string_view address);

// The address of "mailto:ops@example.com" (RFC 6068, percent-encoding undone). One address a
// target; header fields ("?cc=…") are refused. Errc::config.
Result<std::string> address_of_target(std::string_view target);

// The part behind the '@' of a checked address.
std::string_view domain_of(std::string_view address);

}  // namespace muster::notifiers::email
