// The Puppet CA of a swarm's master, in the memory of the nodes' own process; keys, requests and signatures are OpenSSL's.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/swarm/ca/nodes_ca.hpp"

namespace muster::swarm {

inline constexpr std::size_t kSwarmCaNamesMax = 200'000;  // requests and certificates

// On the loop's thread.
class SwarmCa final : public NodesCa {
 public:
  explicit SwarmCa(const test::TestCa& ca) : ca_(ca) {}  // which must outlive it

  // In place of an earlier request of that name. Errc::limit beyond kSwarmCaNamesMax.
  Status put_request(const std::string& name, x509::SigningRequest request) override;
  Result<bool> sign(const std::string& name, const std::string& fingerprint) override;
  std::optional<x509::Certificate> certificate(const std::string& name) const override;
  std::int64_t signed_at_ms(const std::string& name) const override;
  Cleaned clean(const std::string& name) override;
  std::string signed_fingerprint(const std::string& name) const override;
  const test::TestCa& ca() const override { return ca_; }

 private:
  struct Entry {
    x509::SigningRequest request;
    std::optional<x509::Certificate> certificate;
  };
  const test::TestCa& ca_;
  std::map<std::string, Entry> entries_;
};

}  // namespace muster::swarm
