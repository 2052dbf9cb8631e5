// What orchestrators retain on the bus is believed for as long as their certificates' root is obeyed.
// Before an orchestrator root goes, what is of it is signed by one of the root that follows.
#pragma once

#include <chrono>
#include <cstddef>

#include "proto/base/result.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::client {

class Link;

// Messages that are looked at, all of which are in memory meanwhile.
inline constexpr std::size_t kSignAnewMax = 400'000;
inline constexpr std::chrono::milliseconds kSignAnewPatience{60'000};

// Provision records, bans, uses and revocations of tokens, endorsements: whatever verifies and is not of
// `root` is published again, with the same content and our signature, for which our own certificate
// must be of `root` (Errc::aborted). Gives how many were. Errc::limit, and nothing was signed, when more
// than `max` of them are retained: those beyond it would be believed no more. Blocks; never from a bus
// handler.
Result<std::size_t> sign_retained_anew(Link& link, const x509::Certificate& root,
                                       std::size_t max = kSignAnewMax);

}  // namespace muster::client
