#include "node-agent/join/announcement.hpp"

#include <fmt/format.h>

#include <optional>

#include "node-agent/presence/presence.hpp"
#include "proto/base/files.hpp"
#include "proto/base/log.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/envelope/value_codec.hpp"
#include "proto/schema/muster.pb.h"
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
                   const plugins::PuppetPaths& puppet, v1::JoinAnnounce& out) {
  const auto own = own_certificate(content, puppet);
  if (!own)
    log::warning("the certificate of an earlier life cannot be read; joining without it",
                 {{"why", own.error().message}});
  if (!own || !*own) return;
  const auto& [certificate, key] = **own;
  const auto proof = key.sign(security::proof_bytes(security::kOldKeyPurpose, proven));
  if (!proof || certificate.common_name() != content.identity || !certificate.matches(key)) return;
  out.set_old_certificate(certificate.der());
  out.set_old_proof(*proof);
}

// A CA bundle of Puppet begins with the certificate that signs.
Status offer_ca(const AnnouncementContent& content, const security::ProofContent& proven,
                const plugins::PuppetPaths& puppet, v1::JoinAnnounce& out) {
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
    out.set_ca_certificate(ca.der());
    out.set_ca_proof(proof);
    out.set_ca_proof_certificate(own->certificate.der());
    return {};
  }
  return fail(Errc::config, "the certificate of " + content.identity +
                                " was not issued by any CA in " + ca_file.string());
}

}  // namespace

Result<std::string> announcement(const AnnouncementContent& content, const JoinIdentity& join,
                                 const x509::Key& token_key, const plugins::PuppetPaths& puppet) {
  v1::JoinAnnounce out;
  out.set_client_id(join.client_id);
  out.set_identity(content.identity);
  out.set_token(content.token);
  out.set_version(content.version);
  out.set_address(content.address);
  out.set_nonce(content.nonce);
  out.set_sent_at_ms(content.now_ms);
  for (const auto& agent : content.agents) out.add_agents(agent);
  for (const auto& [oid, text] : content.extensions) (*out.mutable_extensions())[oid] = text;
  for (const auto& name : content.alternative_names) out.add_alternative_names(name);
  const auto whole = envelope::encode_value(content.facts, *out.mutable_facts());
  if (!whole || out.facts().ByteSizeLong() > kAnnouncedFactsMaxBytes)
    MUSTER_TRY(envelope::encode_value(chosen_facts(content.facts), *out.mutable_facts()));
  const auto proven = proof_content(content, join);
  MUSTER_ASSIGN(const auto token_proof,
                token_key.sign(security::proof_bytes(security::kTokenKeyPurpose, proven)));
  out.set_token_proof(token_proof);
  prove_old_key(content, proven, puppet, out);
  MUSTER_TRY(offer_ca(content, proven, puppet, out));
  return security::Signer::with_key(join.key).seal(envelope::Kind::join_announce,
                                                   envelope::pack(out));
}

}  // namespace muster::agent
