#include "orchestrator/client/trusted_ca.hpp"

#include <fmt/format.h>

#include "orchestrator/client/link.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/schema/muster.pb.h"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {
Result<TrustedCa> read_trusted_ca(std::string_view topic, std::string_view payload,
                                  const security::TrustStore& operators) {
  MUSTER_ASSIGN(const auto opened, security::open(payload, envelope::Kind::trusted_ca, operators));
  if (opened.role != security::Role::orchestrator)
    return fail(Errc::refused, fmt::format("'{}' has the role '{}'; only orchestrators endorse CAs",
                                           opened.signer, name_of(opened.role)));
  MUSTER_ASSIGN(const auto wire, envelope::unpack<v1::TrustedCa>(opened.body, "a trusted CA"));
  MUSTER_ASSIGN(auto certificate, x509::Certificate::from_der(wire.certificate()));
  if (transport::topics::last_level(topic) != certificate.fingerprint())
    return fail(Errc::refused, fmt::format("the topic {} names another CA than {}", topic,
                                           certificate.fingerprint()));
  return TrustedCa{std::move(certificate), wire.offered_by(), opened.signer, wire.at_ms()};
}

Status publish_trusted_ca(Link& link, const x509::Certificate& ca, const std::string& offered_by) {
  if (!ca.is_ca())
    return fail(Errc::invalid_data, fmt::format("{} is not a CA's certificate", ca.subject()));
  v1::TrustedCa wire;
  wire.set_certificate(ca.der());
  wire.set_offered_by(offered_by);
  wire.set_at_ms(link.clock().unix_ms());
  MUSTER_ASSIGN(auto sealed, link.signer().seal(envelope::Kind::trusted_ca, envelope::pack(wire)));
  MUSTER_TRY(link.bus().publish(transport::topics::trusted_ca(link.collective(), ca.fingerprint()),
                                std::move(sealed),
                                {.qos = transport::Qos::at_least_once, .retain = true}));
  return link.bus().flush(kPublishPatience);
}

Status withdraw_trusted_ca(Link& link, const std::string& fingerprint) {
  MUSTER_TRY(link.bus().publish(transport::topics::trusted_ca(link.collective(), fingerprint), "",
                                {.qos = transport::Qos::at_least_once, .retain = true}));
  return link.bus().flush(kPublishPatience);
}

}  // namespace muster::client
