#include "node-agent/join/announcement.hpp"

#include "node-agent/presence/presence.hpp"
#include "proto/base/files.hpp"
#include "proto/envelope/value_codec.hpp"
#include "proto/schema/muster.pb.h"
#include "proto/x509/certificate.hpp"

namespace muster::agent {
namespace {

// A CA bundle of Puppet begins with the certificate that signs.
Status offer_ca(const AnnouncementContent& content, const plugins::PuppetPaths& puppet,
                v1::JoinAnnounce& out) {
  const auto ca_file = puppet.cadir / "ca_crt.pem";
  if (!std::filesystem::exists(ca_file)) return {};
  MUSTER_ASSIGN(const auto pem, base::read_file(ca_file));
  MUSTER_ASSIGN(const auto own,
                x509::Certificate::from_file(puppet.certificate_of(content.identity)));
  MUSTER_ASSIGN(const auto key,
                x509::Key::private_from_file(puppet.private_key_of(content.identity),
                                             puppet.private_key_guard()));
  MUSTER_ASSIGN(const auto bundle, x509::Certificate::all_from_pem(pem, ca_file.string()));
  for (const auto& ca : bundle) {
    if (!own.issued_by(ca)) continue;
    MUSTER_ASSIGN(const auto proof, key.sign("muster/v1 ca proof\n" + content.nonce));
    out.set_ca_certificate(ca.der());
    out.set_ca_proof(proof);
    out.set_ca_proof_certificate(own.der());
    return {};
  }
  return fail(Errc::config, "the certificate of " + content.identity +
                                " was not issued by any CA in " + ca_file.string());
}

}  // namespace

Result<std::string> announcement(const AnnouncementContent& content, const JoinIdentity& join,
                                 const plugins::PuppetPaths& puppet) {
  v1::JoinAnnounce out;
  out.set_client_id(join.client_id);
  out.set_identity(content.identity);
  out.set_token(content.token);
  out.set_version(content.version);
  out.set_address(content.address);
  out.set_nonce(content.nonce);
  out.set_sent_at_ms(content.now_ms);
  for (const auto& agent : content.agents) out.add_agents(agent);
  const auto whole = envelope::encode_value(content.facts, *out.mutable_facts());
  if (!whole || out.facts().ByteSizeLong() > kAnnouncedFactsMaxBytes)
    MUSTER_TRY(envelope::encode_value(chosen_facts(content.facts), *out.mutable_facts()));
  MUSTER_TRY(offer_ca(content, puppet, out));
  return security::Signer::with_key(join.key).seal(envelope::Kind::join_announce,
                                                   out.SerializeAsString());
}

}  // namespace muster::agent
