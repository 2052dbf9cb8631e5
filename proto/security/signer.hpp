// Seals messages in somebody's name.
#pragma once

#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/security/sealer.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/key.hpp"

namespace muster::security {

// Thread-safe. Signs with a certificate (members, operators) or with a bare key (join zone).
class Signer final : public Sealer {
 public:
  // `chain`: the signer's certificate, then intermediates. Errc::config when key and certificate
  // differ.
  static Result<Signer> with_certificate(x509::Key key, std::vector<x509::Certificate> chain);
  static Signer with_key(x509::Key key);

  Result<std::string> seal(envelope::Kind kind, std::string body) const override;

  // The certificate's common name; empty for a bare key.
  const std::string& name() const { return name_; }
  const x509::Key& key() const { return key_; }
  const std::vector<x509::Certificate>& chain() const { return chain_; }

 private:
  Signer(x509::Key key, std::vector<x509::Certificate> chain, std::string name);
  x509::Key key_;
  std::vector<x509::Certificate> chain_;
  std::vector<std::string> chain_der_;
  std::string public_der_;
  std::string name_;
};

}  // namespace muster::security
