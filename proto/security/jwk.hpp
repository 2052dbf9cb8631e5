// Public P-256 keys as JSON Web Keys (RFC 7517), as the claim `cnf` carries one (RFC 7800, 3.2).
#pragma once

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/x509/key.hpp"

namespace muster::security {

// {"crv":"P-256","kty":"EC","x":…,"y":…}. Errc::invalid_data for another kind of key.
Result<Value> jwk_from_key(const x509::Key& key);
// Exactly those four members; Errc::invalid_data for anything else, and for a point that is not on
// the curve.
Result<x509::Key> key_from_jwk(const Value& jwk);

}  // namespace muster::security
