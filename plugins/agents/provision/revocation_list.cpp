#include "plugins/agents/provision/revocation_list.hpp"

#include <fmt/format.h>

#include "proto/x509/revocations.hpp"

namespace muster::plugins::provision {

Status check_not_revoked(const std::string& crl_pem, const x509::Certificate& ca,
                         const x509::Certificate& certificate) {
  MUSTER_ASSIGN(const auto revoked, x509::Revocations::from_pem(crl_pem, ca));
  if (!revoked.contains(certificate.serial_hex())) return {};
  return fail(Errc::refused,
              fmt::format("the certificate with serial {} has been revoked; clean it and "
                          "request another",
                          certificate.serial_hex()));
}

}  // namespace muster::plugins::provision
