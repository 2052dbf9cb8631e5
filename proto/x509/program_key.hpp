// Keys that a program of the operator's holds: a security token, a smart card, a signing service. All
// that we have of the key is its public half, from the certificate.
//
// The program is started for each signature. It gets on stdin the 20 to 64 bytes of a digest (SHA-256
// for requests; TLS chooses, and with P-256 chooses SHA-256 unless the peer wants another) and prints
// the ECDSA signature over it as DER: what `pkcs11-tool --sign --mechanism ECDSA --signature-format
// openssl` does. Exit code 0; what it says on stderr is told when it fails. It has our environment and
// no terminal.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/key.hpp"

namespace muster::x509 {

inline constexpr std::chrono::milliseconds kKeyProgramTimeout{
    30'000};                                             // a person may press a button
inline constexpr std::size_t kSignatureMaxBytes = 1024;  // a P-521's has 139

// A key like any other: sign() and TLS ask the program. Its private_pem() is a placeholder that other
// code of this process (Paho, which reads keys from files) can load and use in its place, and that is
// worth nothing to anybody else. Errc::config when the certificate's key is not EC, or the program is
// others' to change (base::Guard::program); it is not started yet. Thread-safe.
Result<Key> program_key(const Certificate& certificate, const std::vector<std::string>& argv);

}  // namespace muster::x509
