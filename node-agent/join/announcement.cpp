#include "node-agent/join/announcement.hpp"

#include <fmt/format.h>

#include <optional>

#include "node-agent/presence/presence.hpp"
#include "proto/base/files.hpp"
#include "proto/base/log.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/messages/join.hpp"
#include "proto/security/join_token.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::agent {
namespace {

// Which key the node will be known by, for which name, in which announcement.
security::ProofContent proof_content(const AnnouncementContent& content, const JoinIdentity& join) {
  return {content.nonce, join.client_id, content.identity, join.key.public_der()};
}

// The name's certificate and key in Puppet's ssldir; nothing when either is not there.
struct OwnCertificate {
  x509::Certificate certificate;
  x509::Key key;
};
Result<std::optional<OwnCertificate>> own_certificate(const AnnouncementContent& content,
                                                      const plugins::PuppetPaths& puppet) {
  const auto certificate_file = puppet.certificate_of(content.identity);
  const auto key_file = puppet.private_key_of(content.identity);
  if (!std::filesystem::exists(certificate_file) || !std::filesystem::exists(key_file))
    return std::optional<OwnCertificate>();
  MUSTER_ASSIGN(auto certificate, x509::Certificate::from_file(certificate_file));
  MUSTER_ASSIGN(auto key, x509::Key::private_from_file(key_file, puppet.private_key_guard()));
  return std::optional(OwnCertificate{std::move(certificate), std::move(key)});
}

// A machine that lost its agent's state, but not its certificate, proves with that certificate that
// the name is its own. One that cannot be read or used proves nothing, and does not stop the join.
void prove_old_key(const AnnouncementContent& content, const security::ProofContent& proven,
                   const plugins::PuppetPaths& puppet, messages::JoinAnnounce& out) {
  const auto own = own_certificate(content, puppet);
  if (!own)
    log::warning("the certificate of an earlier life cannot be read; joining without it",
                 {{"why", own.error().message}});
  if (!own || !*own) return;
  const auto& [certificate, key] = **own;
  const auto proof = key.sign(security::proof_bytes(security::kOldKeyPurpose, proven));
  if (!proof || certificate.common_name() != content.identity || !certificate.matches(key)) return;
  out.old_certificate = certificate.der();
  out.old_proof = *proof;
}

// A CA bundle of Puppet begins with the certificate that signs.
Status offer_ca(const AnnouncementContent& content, const security::ProofContent& proven,
                const plugins::PuppetPaths& puppet, messages::JoinAnnounce& out) {
  const auto ca_file = puppet.cadir / "ca_crt.pem";
  if (!std::filesystem::exists(ca_file)) return {};
  MUSTER_ASSIGN(const auto pem, base::read_file(ca_file));
  MUSTER_ASSIGN(const auto own, own_certificate(content, puppet));
  if (!own)
    return fail(Errc::config, fmt::format("{} is a Puppet master, but has no certificate and key "
                                          "of its own in {}",
                                          content.identity, puppet.ssldir.string()));
  MUSTER_ASSIGN(const auto bundle, x509::Certificate::all_from_pem(pem, ca_file.string()));
  for (const auto& ca : bundle) {
    if (!own->certificate.issued_by(ca)) continue;
    MUSTER_ASSIGN(const auto proof,
                  own->key.sign(security::proof_bytes(security::kCaPurpose, proven)));
    out.ca_certificate = ca.der();
    out.ca_proof = proof;
    out.ca_proof_certificate = own->certificate.der();
    return {};
  }
  return fail(Errc::config, "the certificate of " + content.identity +
                                " was not issued by any CA in " + ca_file.string());
}

}  // namespace

Result<std::string> announcement(const AnnouncementContent& content, const JoinIdentity& join,
                                 const x509::Key& token_key, const plugins::PuppetPaths& puppet) {
  messages::JoinAnnounce out;
  out.client_id = join.client_id;
  out.identity = content.identity;
  out.token = content.token;
  out.version = content.version;
  out.address = content.address;
  out.nonce = content.nonce;
  out.sent_at_ms = content.now_ms;
  out.agents = content.agents;
  out.extensions.insert(content.extensions.begin(), content.extensions.end());
  out.alternative_names = content.alternative_names;
  out.facts = content.facts;
  const auto proven = proof_content(content, join);
  MUSTER_ASSIGN(const auto token_proof,
                token_key.sign(security::proof_bytes(security::kTokenKeyPurpose, proven)));
  out.token_proof = token_proof;
  prove_old_key(content, proven, puppet, out);
  MUSTER_TRY(offer_ca(content, proven, puppet, out));
  auto body = out.encode();
  if (!body) {  // too many facts, or one that cannot travel
    out.facts = chosen_facts(content.facts);
    body = out.encode();
  }
  if (!body) return fail(body.error());
  return security::Signer::with_key(join.key).seal(envelope::Kind::join_announce, *std::move(body));
}

}  // namespace muster::agent
