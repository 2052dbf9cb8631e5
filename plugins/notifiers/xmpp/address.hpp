// Chat addresses (RFC 7622, read narrowly).
#pragma once

#include <string>
#include <string_view>

#include "proto/base/result.hpp"

namespace muster::notifiers::xmpp {

// name@domain in lower case ASCII, without resource; at most 1023 bytes a part. Errc::config.
Status check_address(std::string_view address);

std::string_view domain_of(std::string_view address);

struct Target {
  std::string address;  // of a person or a room
  bool room = false;
};

// "xmpp:ops@example.com" or, for a room, "xmpp:room@conference.example.com?join" (RFC 5122,
// XEP-0147). Everything else is Errc::config; a room's password belongs into a file, not into the
// target.
Result<Target> parse_target(std::string_view target);

}  // namespace muster::notifiers::xmpp
