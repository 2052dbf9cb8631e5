// Signing one request: exactly the one that the node told of, and only with what its token allows.
#pragma once

#include <chrono>
#include <string>

#include "plugins/agents/puppetca/ca_api.hpp"
#include "plugins/agents/puppetca/request_rule.hpp"
#include "plugins/agents/puppetca/signed_requests.hpp"

namespace muster::plugins::puppetca {

// For one call of puppetca#sign; not thread-safe.
class Signing {
 public:
  Signing(CaApi& ca, SignedRequests& remembered, AllowedContent allowed)
      : ca_(ca), remembered_(remembered), allowed_(std::move(allowed)) {}

  // Waits for the request until `deadline`. `fingerprint`: plain hex, of the request; of the certificate
  // when the CA has signed it already. False when nothing was left to do. Errc::refused, with what is
  // wrong, for content that is not allowed: before signing nothing is changed; a certificate that came
  // out otherwise than its request is revoked.
  Result<bool> sign(const std::string& fingerprint, std::chrono::steady_clock::time_point deadline);

 private:
  Result<bool> wait_for_request(const std::string& fingerprint,
                                std::chrono::steady_clock::time_point deadline);
  Result<x509::RequestContent> fetch_request(const std::string& fingerprint);
  // As it now is at the CA.
  Result<x509::Certificate> fetch_certificate();
  Status check_outcome(const x509::Certificate& certificate, const x509::Key& key);

  CaApi& ca_;
  SignedRequests& remembered_;
  const AllowedContent allowed_;
};

}  // namespace muster::plugins::puppetca
