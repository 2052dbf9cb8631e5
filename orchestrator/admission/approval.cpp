#include "orchestrator/admission/approval.hpp"

#include <fmt/format.h>

#include "proto/base/names.hpp"

namespace muster::admission {

Result<messages::NameApproval> approve(std::string_view identity,
                                       const std::optional<messages::NameClaim>& claim,
                                       std::string_view key, const std::string& by,
                                       std::int64_t now_ms) {
  if (!claim)
    return fail(Errc::not_found,
                fmt::format("no machine waits for approval under the name {}; 'muster provision "
                            "list' shows those that do",
                            base::quoted(identity)));
  if (claim->key_fingerprint != key)
    return fail(Errc::refused,
                fmt::format("another machine waits under the name {} now, with the key {} from {}; "
                            "'muster provision show {}' shows it",
                            base::quoted(identity), claim->key_fingerprint,
                            base::quoted(claim->address), identity));
  const auto life = std::chrono::milliseconds(kApprovalLife).count();
  return messages::NameApproval{claim->key_fingerprint, by, now_ms, now_ms + life};
}

bool approval_stands(const std::optional<messages::NameApproval>& approval,
                     std::string_view key_fingerprint, std::int64_t now_ms) {
  return approval && !key_fingerprint.empty() && approval->key_fingerprint == key_fingerprint &&
         now_ms < approval->until_ms;
}

}  // namespace muster::admission
