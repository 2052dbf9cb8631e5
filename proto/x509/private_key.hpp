// Private keys from PEM. OpenSSL 3.0 tries each kind of key in each form that it knows, which takes longer than ten
// signatures; it is told here which one it is.
#pragma once

#include <string_view>

#include "proto/x509/openssl.hpp"

namespace muster::x509 {

// The first private key in `pem`: PKCS#8, SEC 1 or PKCS#1, without a passphrase. Null, and the reason on OpenSSL's queue,
// when there is none that can be read. Thread-safe.
OwnedKey read_private_key(std::string_view pem);

}  // namespace muster::x509
