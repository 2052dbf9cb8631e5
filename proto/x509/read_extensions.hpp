// Out of OpenSSL's stacks. Internal to proto/x509.
#pragma once

#include "proto/x509/extension.hpp"
#include "proto/x509/openssl.hpp"

namespace muster::x509 {

// Of a null pointer: none.
Extensions extensions_in(const STACK_OF(X509_EXTENSION) * stack);

}  // namespace muster::x509
