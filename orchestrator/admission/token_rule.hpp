// Whether a token is good for this applicant at all, whoever holds the name.
#pragma once

#include <chrono>
#include <string>

#include "orchestrator/admission/case.hpp"
#include "proto/base/result.hpp"

namespace muster::admission {

// So long after its first use a spent master token endorses the same CA once more: an endorsement
// that was lost on its way is repeated, one that was withdrawn is not.
inline constexpr std::chrono::minutes kEndorseAgain{1};

// All its uses are taken.
bool is_spent(const Case& it);

// Errc::refused, with what to do, when it is.
Status token_is_not_revoked(const std::string& token_id, const Standing& standing);

// Errc::expired or refused, with what to do: not for this name, collective or workflow; revoked; for
// nodes only; spent by others.
Status token_is_good(const Case& it);

// Whether it was used under this name by another key than the applicant's.
bool used_by_another_key(const Case& it);

}  // namespace muster::admission
