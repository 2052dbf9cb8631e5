#include "orchestrator/admission/applicant.hpp"

#include <fmt/format.h>

#include "proto/base/names.hpp"
#include "proto/base/utf8.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/messages/join.hpp"
#include "proto/security/jwk.hpp"
#include "proto/security/verifier.hpp"

namespace muster::admission {
namespace {

security::ProofContent proven_content(const OpenedAnnouncement& opened) {
  const auto& announce = opened.announce;
  return {announce.nonce, announce.client_id, announce.identity, opened.public_key};
}

Status holds_token_key(const OpenedAnnouncement& opened, const security::JoinClaims& claims,
                       const security::Trust& nodes) {
  MUSTER_ASSIGN(const auto key, security::key_from_jwk(claims.key));
  const auto proven =
      nodes.check(key, security::proof_bytes(security::kTokenKeyPurpose, proven_content(opened)),
                  opened.announce.token_proof);
  if (proven) return {};
  return fail(
      Errc::refused,
      fmt::format("{} shows token {} but does not prove that it holds its key: it needs the "
                  "token's whole file",
                  base::quoted(opened.announce.identity), claims.id));
}

Result<OfferedCa> offered_ca(const OpenedAnnouncement& opened, const security::Trust& nodes) {
  const auto& announce = opened.announce;
  MUSTER_ASSIGN(const auto ca, x509::Certificate::from_der(announce.ca_certificate));
  if (!ca.is_ca())
    return fail(Errc::refused, fmt::format("{} offers '{}', which is not a CA certificate",
                                           announce.identity, ca.subject()));
  MUSTER_ASSIGN(const auto own, x509::Certificate::from_der(announce.ca_proof_certificate));
  if (own.common_name() != announce.identity || !own.issued_by(ca))
    return fail(Errc::refused,
                fmt::format("{} offers the CA '{}' but holds no certificate of it for its own name",
                            announce.identity, ca.subject()));
  MUSTER_TRY(nodes.check(own.public_key(),
                         security::proof_bytes(security::kCaPurpose, proven_content(opened)),
                         announce.ca_proof));
  return OfferedCa{ca};
}

std::optional<OldCertificate> old_certificate(const OpenedAnnouncement& opened,
                                              const security::Trust& nodes) {
  const auto& announce = opened.announce;
  if (announce.old_certificate.empty()) return std::nullopt;
  const auto verified = nodes.verify({announce.old_certificate});
  // Below another CA it may be known from a message that brought the whole chain; nobody may speak with such a one.
  if (!verified || !verified->direct || verified->name != announce.identity) return std::nullopt;
  const auto& old = verified->certificate;
  const auto bytes = security::proof_bytes(security::kOldKeyPurpose, proven_content(opened));
  if (!nodes.check(old.public_key(), bytes, announce.old_proof)) return std::nullopt;
  return OldCertificate{old.fingerprint(), verified->anchor};
}

Status take_wishes(const messages::JoinAnnounce& announce, Applicant& out) {
  if (announce.alternative_names.size() > kAskedMost || announce.extensions.size() > kAskedMost)
    return fail(
        Errc::limit,
        fmt::format("{} asks for {} alternative names and {} extensions; the limit is {} of "
                    "each",
                    announce.identity, announce.alternative_names.size(),
                    announce.extensions.size(), kAskedMost));
  out.alternative_names.assign(announce.alternative_names.begin(),
                               announce.alternative_names.end());
  out.extensions.insert(announce.extensions.begin(), announce.extensions.end());
  return {};
}

}  // namespace

Result<OpenedAnnouncement> open_announcement(std::string_view topic_client_id,
                                             std::string_view message,
                                             const security::Trust& trust) {
  if (message.size() > kAnnouncementMaxBytes)
    return fail(Errc::limit, fmt::format("an announcement of {} bytes; the limit is {}",
                                         message.size(), kAnnouncementMaxBytes));
  MUSTER_ASSIGN(auto opened,
                security::open_by_key(message, envelope::Kind::join_announce, std::nullopt, trust));
  MUSTER_ASSIGN(auto announce, messages::JoinAnnounce::decode(opened.body));
  if (announce.client_id != topic_client_id)
    return fail(Errc::refused,
                fmt::format("the announcement of client {} came on the topic of {}",
                            base::quoted(announce.client_id), base::quoted(topic_client_id)));
  MUSTER_TRY(base::check_identity(announce.identity));
  return OpenedAnnouncement{std::move(announce), std::move(opened.public_key)};
}

Result<Applicant> identify(const OpenedAnnouncement& opened,
                           const std::vector<x509::Certificate>& roots,
                           const security::Trust& nodes, std::int64_t now_ms) {
  MUSTER_ASSIGN(auto verified, security::verify_token(opened.announce.token, roots, now_ms));
  return identify(opened, std::move(verified), nodes);
}

Result<Applicant> identify(const OpenedAnnouncement& opened, security::VerifiedToken verified,
                           const security::Trust& nodes) {
  const auto& announce = opened.announce;
  MUSTER_TRY(holds_token_key(opened, verified.claims, nodes));
  MUSTER_ASSIGN(const auto key, x509::Key::public_from_der(opened.public_key));
  Applicant applicant;
  applicant.identity = announce.identity;
  applicant.address = base::as_utf8(announce.address, kToldAddressMaxBytes);
  applicant.key_fingerprint = key.fingerprint();
  applicant.token = std::move(verified.claims);
  applicant.issuer_serial = verified.issuer.serial_hex();
  applicant.old = old_certificate(opened, nodes);
  MUSTER_TRY(take_wishes(announce, applicant));
  if (!announce.ca_certificate.empty()) {
    MUSTER_ASSIGN(auto ca, offered_ca(opened, nodes));
    applicant.ca = std::move(ca);
  }
  return applicant;
}

}  // namespace muster::admission
