// Puts somebody's name under a message: a Signer with a real key, or in a simulation one that only hashes.
#pragma once

#include <string>

#include "proto/base/result.hpp"
#include "proto/envelope/envelope.hpp"

namespace muster::security {

// Thread-safe.
class Sealer {
 public:
  Sealer() = default;
  Sealer(const Sealer&) = default;
  Sealer(Sealer&&) = default;
  Sealer& operator=(const Sealer&) = default;
  Sealer& operator=(Sealer&&) = default;
  virtual ~Sealer() = default;

  // The encoded envelope, ready to publish.
  virtual Result<std::string> seal(envelope::Kind kind, std::string body) const = 0;
};

}  // namespace muster::security
