// Messages as they travel: a body, what it is, and who signed it. Limits are checked before anything is
// parsed, signatures before a body is (proto/security/verifier).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"

namespace google::protobuf {
class MessageLite;
}

namespace muster::envelope {

inline constexpr std::size_t kMessageMaxBytes = 1024 * 1024;
inline constexpr std::size_t kCertificatesMax = 4;  // in one signature

// The numbers of muster.v1.Kind.
enum class Kind : std::uint8_t {
  request = 1,
  reply = 2,
  presence = 3,
  event = 4,
  join_announce = 5,
  join_answer = 6,
  trusted_ca = 7,
  token_use = 8,
  provision_record = 9,
  registration = 10,
  registry_request = 11,
  registry_reply = 12,
  control_request = 13,
  control_reply = 14,
  revocation_piece = 15,
  node_ban = 16,
  approval = 17,
  token_revocation = 20,
  root_statement = 21,
  roll_call = 22,
  roll_answer = 23,
  workflow = 24
};

// For people: "request", "join announcement" …
std::string_view name_of(Kind kind);

struct Sealed {
  Kind kind = Kind::request;
  std::string body;
  std::string signature;
  std::vector<std::string> certificates;  // DER, the signer's first
  std::string public_key;                 // DER SubjectPublicKeyInfo, join zone only
};

// What a signature covers: domain separation, so that a signed reply can never pass as a request.
std::string signed_bytes(Kind kind, std::string_view body);

// Errc::limit when the message would exceed kMessageMaxBytes.
Result<std::string> encode(const Sealed& sealed);
// Errc::limit, or Errc::invalid_data for anything that is not an envelope of a known kind.
Result<Sealed> decode(std::string_view message);

// A protobuf message as bytes, the same each time, or parsed from bytes (Errc::invalid_data). All of Muster packs here:
// protobuf by itself writes the entries of a map in another order each time, and what is compared, or signed anew only
// when it has changed, would never be equal.
std::string pack(const google::protobuf::MessageLite& message);
// Protobuf would also write what it dislikes to stderr, so that whoever reaches the join zone could fill the log.
void silence_protobuf();
template <class Message>
Result<Message> unpack(std::string_view body, std::string_view what) {
  silence_protobuf();
  Message message;
  if (!message.ParseFromArray(body.data(), static_cast<int>(body.size())))
    return fail(Errc::invalid_data, std::string(what) + " is not a well-formed message");
  return message;
}

}  // namespace muster::envelope
