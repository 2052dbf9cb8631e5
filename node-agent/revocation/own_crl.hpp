// The revocation list of the CA on this machine.
#pragma once

#include <filesystem>

#include "proto/base/result.hpp"
#include "proto/x509/ca_crl.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::agent {

inline constexpr const char* kOwnCaFile = "ca_crt.pem";  // a bundle, in the CA's folder
inline constexpr const char* kOwnCrlFile =
    "ca_crl.pem";  // the full list; infra_crl.pem is a part of it

struct OwnCrl {
  x509::Certificate ca;  // that issued the master's certificate: the one that the collective trusts
  x509::CaCrl crl;
};

// Reads both files anew. Errc::not_found when this machine has no CA, Errc::config when `own` is of none of its CAs,
// Errc::refused when none of the lists is signed by that CA. Errors name the file.
Result<OwnCrl> read_own_crl(const std::filesystem::path& cadir, const x509::Certificate& own);

}  // namespace muster::agent
