#include "node-agent/daemon/node_signer.hpp"

#include <fmt/format.h>

#include "proto/base/encoding.hpp"

namespace muster::agent {

Result<security::Signer> node_signer(const plugins::PuppetPaths& puppet,
                                     const std::string& identity, std::int64_t now_ms) {
  const auto cert_file = puppet.certificate_of(identity);
  MUSTER_ASSIGN(auto certificate, x509::Certificate::from_file(cert_file));
  MUSTER_ASSIGN(auto key, x509::Key::private_from_file(puppet.private_key_of(identity),
                                                       puppet.private_key_guard()));
  if (certificate.common_name() != identity)
    return fail(Errc::config, fmt::format("{} is for '{}', not for this node", cert_file.string(),
                                          certificate.common_name()));
  if (certificate.not_after_ms() < now_ms)
    return fail(Errc::expired, fmt::format("{} has expired on {}", cert_file.string(),
                                           base::iso8601(certificate.not_after_ms())));
  return security::Signer::with_certificate(std::move(key), {std::move(certificate)});
}

}  // namespace muster::agent
