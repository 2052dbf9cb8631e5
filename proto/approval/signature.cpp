#include "proto/approval/signature.hpp"

#include <fmt/format.h>

#include "proto/base/names.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/messages/approval.hpp"
#include "proto/security/verifier.hpp"

namespace muster::approval {

Result<std::string> sign(const Statement& statement, std::string_view text,
                         const security::Signer& signer) {
  messages::Approval wire;
  wire.id = statement.id;
  wire.approver = signer.name();
  wire.digest = digest_of(text);
  return signer.seal(envelope::Kind::approval, wire.encode());
}

Result<std::string> approver_of(std::string_view sealed, const Statement& statement,
                                std::string_view text, const security::Trust& commanding) {
  if (sealed.size() > kSignatureMaxBytes)
    return fail(Errc::limit, fmt::format("an approval of {} bytes; the limit is {}", sealed.size(),
                                         kSignatureMaxBytes));
  MUSTER_ASSIGN(const auto opened, security::open(sealed, envelope::Kind::approval, commanding));
  if (opened.role != security::Role::operator_)
    return fail(Errc::refused, fmt::format("an approval is signed by {} ({}), and operators alone "
                                           "approve",
                                           base::quoted(opened.signer), name_of(opened.role)));
  MUSTER_ASSIGN(const auto wire, messages::Approval::decode(opened.body));
  if (wire.approver != opened.signer)
    return fail(Errc::refused,
                fmt::format("an approval in the name of {} is signed by {}",
                            base::quoted(wire.approver), base::quoted(opened.signer)));
  if (wire.id != statement.id || wire.digest != digest_of(text))
    return fail(Errc::refused, fmt::format("{} approved another request than this", opened.signer));
  return opened.signer;
}

}  // namespace muster::approval
