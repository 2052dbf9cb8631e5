// What the bus says of some join tokens, for who keeps no ledger of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::client {

class Link;

inline constexpr std::size_t kTokensAskedMax = 64;  // at once; those beyond are left out
inline constexpr std::chrono::milliseconds kTokenUsesPatience{5'000};

struct TokenUses {
  bool revoked = false;
  std::string revoked_by;          // the operator who wanted it
  std::int64_t revoked_at_ms = 0;  // Unix time
  std::size_t names = 0;           // that used it
};

// Of each of `ids`, as orchestrators have signed it. Blocks; never from a bus handler. Errc::timeout when
// the broker does not answer within `patience`.
Result<std::map<std::string, TokenUses>> token_uses(
    Link& link, const std::vector<std::string>& ids,
    std::chrono::milliseconds patience = kTokenUsesPatience);

}  // namespace muster::client
