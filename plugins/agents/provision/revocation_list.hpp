// Certificate revocation lists (RFC 5280, section 5), as far as installing one needs.
#pragma once

#include <string>

#include "proto/base/result.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::plugins::provision {

// Errc::refused unless `crl_pem` holds a list signed by `ca`, or when that list revokes
// `certificate`.
Status check_not_revoked(const std::string& crl_pem, const x509::Certificate& ca,
                         const x509::Certificate& certificate);

}  // namespace muster::plugins::provision
