// One certificate chain against one anchor. Internal to TrustStore.
#pragma once

#include <cstdint>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::security {

// A way from a leaf to an anchor, and when all of it is valid.
struct VerifiedPath {
  x509::Certificate leaf;
  bool direct;            // nothing is between leaf and anchor
  std::int64_t from_ms;   // the latest not-before
  std::int64_t until_ms;  // the earliest not-after
};

// `presented`: leaf first. Errc::refused with the reason, judged at `now_ms`.
Result<VerifiedPath> verify_chain(const std::vector<x509::Certificate>& presented,
                                  const x509::Certificate& anchor, std::int64_t now_ms);

}  // namespace muster::security
