// What the machine web-1 says in the join zone, as client c1.
#pragma once

#include <string>

#include "proto/messages/join.hpp"
#include "proto/security/join_token.hpp"
#include "proto/security/signer.hpp"
#include "proto/security/token_file.hpp"
#include "proto/x509/key.hpp"
#include "tests/support/fakes/body_of.hpp"

namespace muster::provision {

inline std::string announcement_of(const security::TokenFile& file, const x509::Key& join_key) {
  messages::JoinAnnounce wire;
  wire.client_id = "c1";
  wire.identity = "web-1";
  wire.nonce = "nonce";
  wire.token = file.token;
  wire.token_proof =
      file.key
          .sign(security::proof_bytes(security::kTokenKeyPurpose,
                                      {"nonce", "c1", "web-1", join_key.public_der()}))
          .value();
  return security::Signer::with_key(join_key)
      .seal(envelope::Kind::join_announce, test::body_of(wire))
      .value();
}

}  // namespace muster::provision
