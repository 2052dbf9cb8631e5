// Bytes as text: hex, base64 and base64url (RFC 4648).
#pragma once

#include <string>
#include <string_view>

#include "proto/base/result.hpp"

namespace muster::base {

std::string to_hex(std::string_view bytes);  // lower case
std::string to_base64(std::string_view bytes);
std::string to_base64url(std::string_view bytes);  // without padding, as in a JWT (RFC 7515)
// Strict: any character outside the alphabet is an error.
Result<std::string> from_base64url(std::string_view text);

// 128 random bits as 32 hex digits: request ids, session ids, fencing owners.
std::string random_id();
// `count` bytes from the operating system's generator.
std::string random_bytes(std::size_t count);

}  // namespace muster::base
