#include "proto/messages/join.hpp"

#include <fmt/format.h>

#include "proto/envelope/value_codec.hpp"
#include "proto/messages/wire.hpp"

namespace muster::messages {
namespace {

Status set_facts(const Result<Value>& facts, v1::JoinAnnounce& out) {
  if (!facts) return fail(facts.error());
  MUSTER_TRY(envelope::encode_value(*facts, *out.mutable_facts()));
  const auto bytes = out.facts().ByteSizeLong();
  if (bytes <= kAnnouncedFactsMaxBytes) return {};
  return fail(Errc::limit, fmt::format("facts of {} bytes; an announcement carries {} at most",
                                       bytes, kAnnouncedFactsMaxBytes));
}

void read_proofs(v1::JoinAnnounce& wire, JoinAnnounce& out) {
  out.ca_certificate = std::move(*wire.mutable_ca_certificate());
  out.ca_proof = std::move(*wire.mutable_ca_proof());
  out.ca_proof_certificate = std::move(*wire.mutable_ca_proof_certificate());
  out.token_proof = std::move(*wire.mutable_token_proof());
  out.old_certificate = std::move(*wire.mutable_old_certificate());
  out.old_proof = std::move(*wire.mutable_old_proof());
}

}  // namespace

Result<std::string> JoinAnnounce::encode() const {
  v1::JoinAnnounce wire;
  wire.set_client_id(client_id);
  wire.set_identity(identity);
  wire.set_token(token);
  MUSTER_TRY(set_facts(facts, wire));
  wire.set_version(version);
  wire.set_nonce(nonce);
  wire.set_sent_at_ms(sent_at_ms);
  wire.set_address(address);
  wire.set_ca_certificate(ca_certificate);
  to_wire(agents, *wire.mutable_agents());
  wire.set_ca_proof(ca_proof);
  wire.set_ca_proof_certificate(ca_proof_certificate);
  wire.set_token_proof(token_proof);
  wire.set_old_certificate(old_certificate);
  wire.set_old_proof(old_proof);
  wire.mutable_extensions()->insert(extensions.begin(), extensions.end());
  to_wire(alternative_names, *wire.mutable_alternative_names());
  return envelope::pack(wire);
}

Result<JoinAnnounce> JoinAnnounce::decode(std::string_view body) {
  MUSTER_ASSIGN(auto wire, envelope::unpack<v1::JoinAnnounce>(body, "an announcement"));
  JoinAnnounce out;
  out.client_id = std::move(*wire.mutable_client_id());
  out.identity = std::move(*wire.mutable_identity());
  out.token = std::move(*wire.mutable_token());
  out.facts = envelope::decode_map("the facts of an announcement", wire.facts());
  out.version = std::move(*wire.mutable_version());
  out.nonce = std::move(*wire.mutable_nonce());
  out.sent_at_ms = wire.sent_at_ms();
  out.address = std::move(*wire.mutable_address());
  out.agents = names_from(*wire.mutable_agents());
  out.extensions.insert(wire.extensions().begin(), wire.extensions().end());
  out.alternative_names = names_from(*wire.mutable_alternative_names());
  read_proofs(wire, out);
  return out;
}

std::string JoinAnswer::encode() const {
  v1::JoinAnswer wire;
  wire.set_client_id(client_id);
  wire.set_nonce(nonce);
  wire.set_accepted(accepted);
  wire.set_reason(reason);
  wire.set_sent_at_ms(sent_at_ms);
  wire.set_member(member);
  wire.set_waiting(waiting);
  return envelope::pack(wire);
}

Result<JoinAnswer> JoinAnswer::decode(std::string_view body) {
  MUSTER_ASSIGN(const auto wire, envelope::unpack<v1::JoinAnswer>(body, "a join answer"));
  return JoinAnswer{wire.client_id(),  wire.nonce(),  wire.accepted(), wire.reason(),
                    wire.sent_at_ms(), wire.member(), wire.waiting()};
}

}  // namespace muster::messages
