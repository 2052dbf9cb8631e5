// Mosquitto's password file (mosquitto_passwd(1)), so that the join password itself is nowhere on
// the broker.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/result.hpp"

namespace muster::broker {

// Join passwords are random, not chosen by people, and a whole fleet joins through one thread of
// the broker: few rounds are enough, and many would stall it.
inline constexpr int kHashIterations = 101;

// "user:$7$ITERATIONS$SALT$HASH\n": PBKDF2 with HMAC-SHA-512, salt and hash in base64.
Result<std::string> password_line(std::string_view user, std::string_view password);

}  // namespace muster::broker
