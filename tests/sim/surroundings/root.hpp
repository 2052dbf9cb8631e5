// A root of a simulated site, and whom it certifies.
#pragma once

#include <string>

#include "tests/sim/crypto/crypto.hpp"

namespace muster::sim {

// `crypto` must outlive it.
struct Root {
  Root(Crypto& its_crypto, const std::string& name);
  // A key of its own, and a certificate of that role.
  Holder certify(const std::string& name, const std::string& role) const;

  Crypto& crypto;
  const x509::Key key;
  const x509::Certificate certificate;
};

}  // namespace muster::sim
