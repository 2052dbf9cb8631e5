// Certificates that are X.509 to whoever reads them, with the simulation's hash where the signature stands.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/key.hpp"

namespace muster::sim {

inline constexpr std::size_t kKeyBytes = 32;

// A public key of any 32 bytes: of Ed25519's form, which none but X.509's readers ever ask.
x509::Key key_of(std::string_view bytes);
// Those bytes: much sooner had than the key's DER form. Of another kind of key: none.
std::string bytes_of(const x509::Key& key);

// `sign`: of what a certificate's signature covers.
Result<x509::Certificate> make_certificate(
    const x509::IssueSpec& spec, const std::string& serial, const x509::Key& subject,
    const x509::Certificate* issuer, std::int64_t now_ms,
    const std::function<std::string(std::string_view bytes)>& sign);

// What the signature covers, and the signature.
std::string covered_by_signature(const x509::Certificate& certificate);
std::string signature_of(const x509::Certificate& certificate);

}  // namespace muster::sim
