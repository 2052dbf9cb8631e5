// A node in all that a client sees of it.
#pragma once

#include <string>

#include "proto/messages/request.hpp"
#include "proto/security/signer.hpp"
#include "proto/transport/message.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::bench {

inline constexpr const char* kCollective = "main";

class Peer {
 public:
  Peer(std::string identity, const test::Holder& holder)
      : identity_(std::move(identity)), signer_(holder.signer()) {}

  transport::Message presence() const;
  transport::Message reply_to(const messages::Request& request) const;
  const std::string& identity() const { return identity_; }
  const security::Signer& signer() const { return signer_; }

 private:
  std::string seal(envelope::Kind kind, std::string body) const;

  const std::string identity_;
  const security::Signer signer_;
};

}  // namespace muster::bench
