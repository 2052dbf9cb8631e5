// Certificate requests that no node of ours makes: what an attacker puts to a CA.
#pragma once

#include <string>

#include "proto/x509/key.hpp"
#include "proto/x509/request.hpp"

namespace muster::test {

// A request for `name` that asks for one extension, given as OpenSSL's configuration writes it:
// ("basicConstraints", "critical,CA:TRUE").
x509::SigningRequest request_with(const std::string& name, const x509::Key& key,
                                  const std::string& extension, const std::string& value);

}  // namespace muster::test
