// The MQTT client id of a member or an orchestrator. Brokers give a session to whoever brings its client id, on any
// listener and with any certificate: one that can be guessed lets others throw its owner off the bus.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/x509/key.hpp"

namespace muster::security {

// The first 128 bits, as 32 hex digits, of HMAC-SHA256 with the private key's secret number (an EC key's scalar, an RSA
// key's private exponent, big-endian) over "muster/v1 client id\n" and `purpose`. It tells nothing of the key, and only
// who has the key can make it: two clients with one id have the same key, and both notice. Errc::refused for a key whose
// private half does not leave its token.
Result<std::string> client_id(const x509::Key& key, std::string_view purpose);

}  // namespace muster::security
