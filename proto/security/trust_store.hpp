// Whom to believe. The operator root says who may command, the orchestrator root who runs the fleet's
// affairs, the Puppet CAs which node answers. A store holds the anchors of the two roots, or those of
// nodes, and judges certificate chains against them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"
#include "proto/security/known_chains.hpp"
#include "proto/security/role.hpp"
#include "proto/security/trust.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/revocation_list.hpp"

namespace muster::security {

inline constexpr std::size_t kAnchorsMax = 256;
inline constexpr std::size_t kVerifiedCacheMax =
    16'384;  // certificates whose chain was checked already

// The newest revocation list of an anchor.
struct HeldList {
  std::string anchor;  // its fingerprint
  x509::RevocationList list;
};

// Thread-safe. A checked certificate is remembered until it expires, or the anchors or their
// revocation lists change, so that a chain is verified once, not once a message.
class TrustStore final : public Trust {
 public:
  explicit TrustStore(const base::Clock& clock);
  ~TrustStore() override;

  // Errc::refused when it is not a CA certificate, or here already as the anchor of another root;
  // Errc::limit at kAnchorsMax. Adding one again does nothing.
  Status add(const x509::Certificate& anchor, Root root = Root::puppet);
  // Every *.pem and *.crt of a folder; a missing folder is empty. Gives how many anchors were read.
  Result<int> add_folder(const std::filesystem::path& folder);
  void remove(const std::string& fingerprint);
  std::vector<x509::Certificate> anchors() const;
  std::vector<x509::Certificate> anchors_of(Root root) const;
  bool trusts(const std::string& anchor_fingerprint) const;

  // From now on whoever stands in the list is refused; no node ever, for no Puppet CA's list is taken. Numbers never go back: false, and nothing
  // changes, when a list of that anchor with this number or a higher one is here. Errc::refused
  // unless the operator root or the orchestrator root signed it. Whether it is still current is not
  // asked: what a list revokes stays revoked.
  Result<bool> take(const x509::RevocationList& list);
  // The fingerprint of the anchor that signed it; Errc::refused as take().
  Result<std::string> signer_of(const x509::RevocationList& list) const;
  std::vector<HeldList> lists() const;  // by the anchors' fingerprints
  // What a list here says about that serial (Certificate::serial_hex()). Serials are random: two
  // anchors give none twice.
  std::optional<x509::Revoked> revoked(const std::string& serial_hex) const;

  // Chains that an earlier process of the same person verified, sorted by leaf. A certificate among them is believed without its
  // signature being verified again, when the CA that is named there is an anchor here as a Puppet CA, is the one that the
  // certificate names, and both are in force now: whatever else is said there is of no use. As of every node's certificate, whether its
  // CA revoked it is not asked here: take() has lists of the two roots alone. In place of those of before.
  void recall(std::vector<KnownChain> chains);
  // What a later process may recall(): certificates that a Puppet CA here signed itself, those that were met here first, then
  // recalled ones that nobody met; in force now, kKnownChainsMax at most.
  std::vector<KnownChain> known_chains() const;
  // Certificates of known_chains() whose signature was verified here: when none was, it says nothing new.
  std::size_t verified_anew() const;

  // The leaf, when `chain_der` (leaf first) leads to an anchor, all of it is valid now, and its role
  // is one that this anchor's root may give. Errc::refused with the reason otherwise: "certificate
  // of 'n1' has expired", "… is signed by an unknown CA 'Puppet CA: x'", "… says role
  // 'orchestrator', which the operator root does not give".
  Result<Verified> verify(const std::vector<std::string>& chain_der) const override;
  // As Key::verify().
  Status check(const x509::Key& key, std::string_view bytes,
               std::string_view signature) const override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster::security
