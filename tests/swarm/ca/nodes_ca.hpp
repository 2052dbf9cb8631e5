// A Puppet CA as nodes of a swarm meet it: requests are put and certificates fetched, where a Puppet Server has HTTPS.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "proto/base/result.hpp"
#include "proto/x509/request.hpp"
#include "tests/support/pki/test_pki.hpp"
#include "tests/support/played/puppetca_agent.hpp"

namespace muster::swarm {

inline constexpr std::chrono::hours kNodeCertificateValidFor{24 * 365};

// On the loop's thread.
class NodesCa : public played::CaDesk {
 public:
  virtual Status put_request(const std::string& name, x509::SigningRequest request) = 0;
  virtual std::optional<x509::Certificate> certificate(const std::string& name) const = 0;
  virtual const test::TestCa& ca() const = 0;
};

// What the CA of `ca` makes of that request. Errc::refused when the request is not of that name.
Result<x509::Certificate> sign_request(const test::TestCa& ca, const x509::SigningRequest& request,
                                       const std::string& name);

}  // namespace muster::swarm
