#include "proto/security/trust.hpp"

#include <utility>

namespace muster::security {

Verified::Verified(x509::Certificate leaf, Role its_role, std::string its_anchor, bool is_direct)
    : certificate(std::move(leaf)),
      role(its_role),
      anchor(std::move(its_anchor)),
      direct(is_direct),
      name(certificate.common_name()),
      fingerprint(certificate.fingerprint()),
      key(certificate.public_key()) {}

}  // namespace muster::security
