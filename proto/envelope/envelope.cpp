#include "proto/envelope/envelope.hpp"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message_lite.h>
#include <google/protobuf/stubs/logging.h>

#include "proto/schema/muster.pb.h"

namespace muster::envelope {
namespace {

Status check_size(std::size_t bytes) {
  if (bytes <= kMessageMaxBytes) return {};
  return fail(Errc::limit,
              fmt::format("a message of {} bytes; the limit is {}", bytes, kMessageMaxBytes));
}

Status check_certificates(std::size_t count) {
  if (count <= kCertificatesMax) return {};
  return fail(Errc::limit, fmt::format("a signature with {} certificates; the limit is {}", count,
                                       kCertificatesMax));
}

}  // namespace

void silence_protobuf() {
  [[maybe_unused]] static const bool once = [] {
    google::protobuf::SetLogHandler(nullptr);
    return true;
  }();
}

std::string signed_bytes(Kind kind, std::string_view body) {
  std::string bytes = fmt::format("muster/v1\n{}\n", static_cast<int>(kind));
  bytes += body;
  return bytes;
}

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::request:
      return "request";
    case Kind::reply:
      return "reply";
    case Kind::presence:
      return "presence";
    case Kind::event:
      return "event";
    case Kind::join_announce:
      return "join announcement";
    case Kind::join_answer:
      return "join answer";
    case Kind::trusted_ca:
      return "trusted CA";
    case Kind::token_use:
      return "token use";
    case Kind::provision_record:
      return "provision record";
    case Kind::registration:
      return "registration";
    case Kind::registry_request:
      return "registry request";
    case Kind::registry_reply:
      return "registry reply";
    case Kind::control_request:
      return "request to orchestrators";
    case Kind::control_reply:
      return "reply of an orchestrator";
    case Kind::revocation_piece:
      return "piece of a revocation list";
    case Kind::node_ban:
      return "ban of a node";
    case Kind::approval:
      return "approval";
    case Kind::token_revocation:
      return "token revocation";
    case Kind::root_statement:
      return "root statement";
    case Kind::roll_call:
      return "roll call";
    case Kind::roll_answer:
      return "answer to a roll call";
    case Kind::workflow:
      return "workflow";
  }
  return "unknown";
}

Result<std::string> encode(const Sealed& sealed) {
  MUSTER_TRY(check_certificates(sealed.certificates.size()));
  MUSTER_TRY(check_size(sealed.body.size()));
  v1::Envelope message;
  message.set_kind(static_cast<v1::Kind>(sealed.kind));
  message.set_body(sealed.body);
  auto& signature = *message.mutable_signature();
  signature.set_value(sealed.signature);
  for (const auto& certificate : sealed.certificates) signature.add_certificates(certificate);
  signature.set_public_key(sealed.public_key);
  auto bytes = pack(message);
  MUSTER_TRY(check_size(bytes.size()));
  return bytes;
}

std::string pack(const google::protobuf::MessageLite& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream out(&stream);
  out.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&out);
  out.Trim();
  return bytes;
}

Result<Sealed> decode(std::string_view message) {
  MUSTER_TRY(check_size(message.size()));
  MUSTER_ASSIGN(auto parsed, unpack<v1::Envelope>(message, "the envelope"));
  const int kind = parsed.kind();
  if (kind == v1::KIND_UNSPECIFIED || !v1::Kind_IsValid(kind))
    return fail(Errc::invalid_data, fmt::format("an envelope of unknown kind {}", kind));
  auto& signature = *parsed.mutable_signature();
  if (signature.value().empty()) return fail(Errc::invalid_data, "an envelope without a signature");
  MUSTER_TRY(check_certificates(static_cast<std::size_t>(signature.certificates_size())));
  Sealed sealed;
  sealed.kind = static_cast<Kind>(kind);
  sealed.body = std::move(*parsed.mutable_body());
  sealed.signature = std::move(*signature.mutable_value());
  for (auto& certificate : *signature.mutable_certificates())
    sealed.certificates.push_back(std::move(certificate));
  sealed.public_key = std::move(*signature.mutable_public_key());
  return sealed;
}

}  // namespace muster::envelope
