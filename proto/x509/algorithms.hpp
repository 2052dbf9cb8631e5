// OpenSSL's algorithms, looked up once for the whole process: it would search its providers for them with each use.
#pragma once

#include <openssl/evp.h>

namespace muster::x509 {

// SHA-256 of the default provider. Null only where OpenSSL has none. Thread-safe.
const EVP_MD* sha256_algorithm();

}  // namespace muster::x509
