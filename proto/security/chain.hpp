// One certificate chain against one anchor. Internal to TrustStore.
#pragma once

#include <cstdint>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/security/verified_cache.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::security {

// `presented`: leaf first. The leaf and when all of the path to `anchor` is valid; Errc::refused
// with the reason, judged at `now_ms`.
Result<VerifiedCertificate> verify_chain(const std::vector<x509::Certificate>& presented,
                                         const x509::Certificate& anchor, std::int64_t now_ms);

}  // namespace muster::security
