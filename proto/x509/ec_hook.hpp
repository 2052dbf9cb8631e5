// Where OpenSSL's EC keys sign, so that a key without a private half can be signed for elsewhere, also
// within TLS and by libraries that read keys from PEM files. For program_key.cpp.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/x509/key.hpp"

namespace muster::x509 {

// Signs `digest` for the key whose SubjectPublicKeyInfo is `public_key`: DER; empty: cannot.
using SignElsewhere = std::string (*)(const std::string& public_key, std::string_view digest);

// A key pair whose private half is the number 1, a placeholder for a half that is elsewhere, and whose
// public half is `key`'s. From the first call on, all EC keys of this process with that private half
// sign by `sign`, which must stay the same; all others as ever. Should the hook not be asked, what the
// placeholder signs fits no public key. Errc::invalid_data unless `key` is an EC key.
Result<Key> placeholder_for(const Key& key, SignElsewhere sign);

}  // namespace muster::x509
