// The Puppet CA of a swarm's master: requests are put and certificates fetched within the process, where a Puppet Server has
// HTTPS; keys, requests and signatures are OpenSSL's.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/x509/request.hpp"
#include "tests/support/pki/test_pki.hpp"
#include "tests/support/played/puppetca_agent.hpp"

namespace muster::swarm {

inline constexpr std::size_t kSwarmCaNamesMax = 200'000;  // requests and certificates

// On the loop's thread.
class SwarmCa final : public played::CaDesk {
 public:
  explicit SwarmCa(const test::TestCa& ca) : ca_(ca) {}  // which must outlive it

  // In place of an earlier request of that name. Errc::limit beyond kSwarmCaNamesMax.
  Status put_request(const std::string& name, x509::SigningRequest request);
  // Errc::refused when the request is not of that name.
  Result<bool> sign(const std::string& name, const std::string& fingerprint) override;
  std::optional<x509::Certificate> certificate(const std::string& name) const;
  std::int64_t signed_at_ms(const std::string& name) const override;
  Cleaned clean(const std::string& name) override;
  std::string signed_fingerprint(const std::string& name) const override;
  const test::TestCa& ca() const { return ca_; }

 private:
  struct Entry {
    x509::SigningRequest request;
    std::optional<x509::Certificate> certificate;
  };
  const test::TestCa& ca_;
  std::map<std::string, Entry> entries_;
};

}  // namespace muster::swarm
