// An operator lets one machine, known by its key, take a name: once, and for a day at most.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/messages/provision_record.hpp"

namespace muster::admission {

inline constexpr std::chrono::hours kApprovalLife{24};

// Of what waits under the name now. `key`: the fingerprint that the operator was shown. Errc::not_found when nothing
// waits, Errc::refused when another machine does than was shown.
Result<messages::NameApproval> approve(std::string_view identity,
                                       const std::optional<messages::NameClaim>& claim,
                                       std::string_view key, const std::string& by,
                                       std::int64_t now_ms);

// It is for this key and not over.
bool approval_stands(const std::optional<messages::NameApproval>& approval,
                     std::string_view key_fingerprint, std::int64_t now_ms);

}  // namespace muster::admission
