#include "node-agent/join/join_answer.hpp"

#include "proto/messages/join.hpp"
#include "proto/security/verifier.hpp"

namespace muster::agent {

bool is_join_answer(std::string_view message) {
  const auto sealed = envelope::decode(message);
  return sealed && sealed->kind == envelope::Kind::join_answer;
}

Result<JoinAnswer> read_join_answer(std::string_view message, const security::Trust& operators,
                                    const std::string& client_id, const std::string& nonce) {
  MUSTER_ASSIGN(const auto opened,
                security::open_from_orchestrator(message, envelope::Kind::join_answer, operators));
  MUSTER_ASSIGN(const auto in, messages::JoinAnswer::decode(opened.body));
  if (in.client_id != client_id || in.nonce != nonce)
    return fail(Errc::refused, "a join answer to another announcement");
  return JoinAnswer{in.accepted, in.member, in.waiting, in.reason, opened.signer, in.sent_at_ms};
}

}  // namespace muster::agent
