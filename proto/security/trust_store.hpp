// The two roots. The operator root says who may command; the Puppet CAs say which node answers. A
// store holds the anchors of one of the two and judges certificate chains against them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::security {

// What a certificate of the operator root may do: its organizationalUnit.
enum class Role { none, operator_, orchestrator, broker };
std::string_view name_of(Role role);  // "operator", "orchestrator", "broker", "none"
Role role_from(std::string_view organizational_unit);

inline constexpr std::size_t kAnchorsMax = 256;
inline constexpr std::size_t kVerifiedCacheMax =
    16'384;  // certificates whose chain was checked already

// Thread-safe. A checked certificate is remembered until it expires or the anchors change, so that
// a chain is verified once, not once a message.
class TrustStore {
 public:
  explicit TrustStore(const base::Clock& clock);
  ~TrustStore();
  TrustStore(const TrustStore&) = delete;
  TrustStore& operator=(const TrustStore&) = delete;

  // Errc::refused when it is not a CA certificate, Errc::limit at kAnchorsMax. Adding one again
  // does nothing.
  Status add(const x509::Certificate& anchor);
  // Every *.pem and *.crt of a folder; a missing folder is empty. Gives how many anchors were read.
  Result<int> add_folder(const std::filesystem::path& folder);
  void remove(const std::string& fingerprint);
  std::vector<x509::Certificate> anchors() const;
  bool trusts(const std::string& anchor_fingerprint) const;

  // The leaf, when `chain_der` (leaf first) leads to an anchor and all of it is valid now.
  // Errc::refused with OpenSSL's reason otherwise: "certificate of 'n1' has expired", "… is signed
  // by an unknown CA 'Puppet CA: x'".
  Result<x509::Certificate> verify(const std::vector<std::string>& chain_der) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster::security
