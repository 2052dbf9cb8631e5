// An approver's signature under a statement.
#pragma once

#include <string>
#include <string_view>

#include "proto/approval/statement.hpp"
#include "proto/base/result.hpp"
#include "proto/security/signer.hpp"
#include "proto/security/trust.hpp"

namespace muster::approval {

inline constexpr std::size_t kSignatureMaxBytes = std::size_t{16} * 1024;  // of one, sealed

// The envelope that `signer`, an operator, approves the statement with. `text`: text_of() it.
Result<std::string> sign(const Statement& statement, std::string_view text,
                         const security::Signer& signer);

// Who signed it: the common name of an operator's certificate under the operator root, valid now.
// Errc::refused, invalid_data or limit for anything else: "is signed by n1, who is no operator",
// "of bob is for another request".
Result<std::string> approver_of(std::string_view sealed, const Statement& statement,
                                std::string_view text, const security::Trust& commanding);

}  // namespace muster::approval
