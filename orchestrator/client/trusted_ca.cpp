#include "orchestrator/client/trusted_ca.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "orchestrator/admission/statement_number.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/client/link_directory.hpp"
#include "orchestrator/client/trust_claim.hpp"
#include "proto/base/names.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/messages/trusted_ca.hpp"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {
namespace {

Result<Endorsement> endorsement_of(const messages::TrustedCa& wire,
                                   const security::Opened& opened) {
  MUSTER_ASSIGN(auto certificate, x509::Certificate::from_der(wire.certificate));
  Endorsement out{.certificate = std::move(certificate)};
  out.master = wire.master;
  out.patterns = wire.patterns;
  if (!wire.facts.is_null()) out.facts = wire.facts;
  out.number = wire.number;
  out.withdrawn = wire.withdrawn;
  out.offered_by = wire.offered_by;
  out.endorsed_by = opened.signer;
  out.at_ms = wire.at_ms;
  out.retired_by = wire.retired_by;
  out.retired_at_ms = wire.retired_at_ms;
  out.signer_serial = opened.certificate.serial_hex();
  out.ends_at_ms = std::min(wire.ends_at_ms, opened.certificate.not_after_ms());
  MUSTER_TRY(admission::check_endorsement(out));
  return out;
}

Result<std::string> sealed_endorsement(Link& link, const Endorsement& endorsement) {
  messages::TrustedCa wire;
  wire.certificate = endorsement.certificate.der();
  wire.offered_by = endorsement.offered_by;
  wire.at_ms = endorsement.at_ms;
  wire.master = endorsement.master;
  wire.patterns = endorsement.patterns;
  wire.facts = endorsement.facts;
  wire.number = endorsement.number;
  wire.withdrawn = endorsement.withdrawn;
  wire.ends_at_ms = endorsement.ends_at_ms;
  wire.retired_by = endorsement.retired_by;
  wire.retired_at_ms = endorsement.retired_at_ms;
  MUSTER_ASSIGN(auto body, wire.encode());
  return link.signer().seal(envelope::Kind::trusted_ca, std::move(body));
}

}  // namespace

Result<Endorsement> read_trusted_ca(std::string_view topic, std::string_view payload,
                                    const security::Trust& operators, std::int64_t now_ms) {
  if (payload.empty())
    return fail(Errc::invalid_data, "an empty message withdraws nothing: it is not signed");
  MUSTER_ASSIGN(const auto opened,
                security::open_from_orchestrator(payload, envelope::Kind::trusted_ca, operators));
  MUSTER_ASSIGN(const auto wire, messages::TrustedCa::decode(opened.body));
  MUSTER_ASSIGN(auto endorsement, endorsement_of(wire, opened));
  if (transport::topics::last_level(topic) != endorsement.fingerprint())
    return fail(Errc::refused, fmt::format("the topic {} names another CA than {}", topic,
                                           endorsement.fingerprint()));
  MUSTER_TRY(admission::check_number(endorsement.number, now_ms));
  return endorsement;
}

namespace {

// `read`: the number of what is signed anew; nothing: it is something new.
Result<Endorsement> publish(Link& link, Endorsement endorsement,
                            std::optional<std::uint64_t> read) {
  MUSTER_TRY(admission::check_endorsement(endorsement));
  const auto fingerprint = endorsement.fingerprint();
  if (!endorsement.withdrawn && link.operators().trusts(fingerprint))
    return fail(Errc::refused,
                fmt::format("{} is the root of operators or of orchestrators: each of them would "
                            "be a node as well",
                            base::quoted(endorsement.certificate.subject())));
  MUSTER_TRY(link.wait_trust());  // for the highest number so far
  const auto known = link.endorsements().find(fingerprint);
  if (read && (!known || known->number != *read))
    return fail(Errc::aborted, "something newer about this CA was heard meanwhile");
  endorsement.number = (known ? known->number : 0) + 1;
  endorsement.at_ms = link.clock().unix_ms();
  MUSTER_TRY(admission::check_own_number(endorsement.number, endorsement.at_ms));
  endorsement.endorsed_by = link.caller();
  endorsement.signer_serial = link.signer().chain().front().serial_hex();
  endorsement.ends_at_ms = link.signer().chain().front().not_after_ms();
  MUSTER_TRY(link.endorsements().room_to_sign(endorsement));
  MUSTER_TRY(link.room_for(endorsement));  // what is told to have failed must not be on the bus
  MUSTER_ASSIGN(auto sealed, sealed_endorsement(link, endorsement));
  const auto topic = transport::topics::trusted_ca(link.collective(), fingerprint);
  MUSTER_TRY(
      link.bus().publish(topic, sealed, {.qos = transport::Qos::at_least_once, .retain = true}));
  MUSTER_TRY(link.bus().flush(kPublishPatience));
  link.endorsements().vouch(endorsement);
  // Not only when it comes back over the bus: the next number must be a higher one.
  const auto believed = link.believe(endorsement);
  if (!believed) return fail(believed.error().within("it stands on the bus, and not yet here"));
  // Not before it stands: what was said to have failed must not come with the next link.
  link.directory().adopt(trust_claim(link, topic, std::move(sealed)));
  return endorsement;
}

}  // namespace

Result<Endorsement> publish_trusted_ca(Link& link, Endorsement endorsement) {
  return publish(link, std::move(endorsement), std::nullopt);
}

Result<Endorsement> sign_trusted_ca_anew(Link& link, Endorsement endorsement) {
  const auto read = endorsement.number;
  return publish(link, std::move(endorsement), read);
}

}  // namespace muster::client
