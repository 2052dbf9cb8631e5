#include "node-agent/presence/own_presence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "proto/envelope/envelope.hpp"
#include "proto/messages/presence.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::agent {
namespace {

// Under no anchor: another CA's certificate for our name is exactly what must be noticed. Only whoever signed is of
// interest, and nothing of it is believed but for people to read.
Result<x509::Certificate> signer_of(const envelope::Sealed& sealed, const security::Trust& trust) {
  if (sealed.kind != envelope::Kind::presence || sealed.certificates.empty())
    return fail(Errc::invalid_data, "no presence with a certificate");
  MUSTER_ASSIGN(auto certificate, x509::Certificate::from_der(sealed.certificates.front()));
  MUSTER_TRY(trust.check(certificate.public_key(), envelope::signed_bytes(sealed.kind, sealed.body),
                         sealed.signature));
  return certificate;
}

}  // namespace

void OwnPresence::shown(std::string sealed) {
  if (shown_.size() >= kShownKept) shown_.pop_front();
  shown_.push_back(std::move(sealed));
}

bool OwnPresence::hear(transport::Message message) {
  if (closed_ || std::find(shown_.begin(), shown_.end(), message.payload) != shown_.end())
    return false;
  const bool news = !other_;
  other_ = std::move(message);
  return news;
}

std::optional<transport::Message> OwnPresence::take() {
  return std::exchange(other_, std::nullopt);
}

void OwnPresence::close() {
  closed_ = true;
}

std::optional<OtherPresence> read_other(const transport::Message& message, const x509::Key& own,
                                        const std::string& session, const security::Trust& trust) {
  OtherPresence other;
  other.cleared = message.payload.empty();
  other.retained = message.retained;
  if (other.cleared) return other;
  const auto sealed = envelope::decode(message.payload);
  const auto certificate =
      sealed ? signer_of(*sealed, trust) : Result<x509::Certificate>(fail(sealed.error()));
  if (!certificate) return other;
  other.signer =
      fmt::format("{}, issued by {}", certificate->subject(), certificate->issuer_common_name());
  other.same_key = certificate->public_key().same_public(own);
  if (const auto wire = messages::Presence::decode(sealed->body)) {
    other.address = wire->address;
    other.session = wire->session;
  }
  if (other.same_key && other.session == session) return std::nullopt;
  return other;
}

}  // namespace muster::agent
