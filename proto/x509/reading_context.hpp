// Where certificates are read. OpenSSL 3.0 looks through all of a context's kinds of keys and of their forms for
// each certificate that it reads, which takes longer than checking two signatures: so this context has two kinds in one form.
#pragma once

#include <openssl/types.h>

namespace muster::x509 {

// A context that knows EC and RSA keys of certificates, and everything else as OpenSSL's default provider, which it asks. A key
// of another kind is not read in it. Null, which is the default context, where that provider is not used. Thread-safe.
OSSL_LIB_CTX* reading_context();

// Where a key is best used: the reading context when it was read there, else null.
OSSL_LIB_CTX* context_of(const EVP_PKEY* key);

}  // namespace muster::x509
