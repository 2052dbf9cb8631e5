// Keys, certificates and signatures as a simulation makes them: by a keyed hash, fast and the same for each seed, or by OpenSSL
// as they are.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"
#include "proto/security/join_token.hpp"
#include "proto/security/role.hpp"
#include "proto/security/sealer.hpp"
#include "proto/security/trust.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/key.hpp"

namespace muster::sim {

// Whom one program of the simulation believes.
class Anchors : public security::Trust {
 public:
  // Errors as security::TrustStore::add().
  virtual Status add(const x509::Certificate& anchor, security::Root root) = 0;
  // As security::verify_token(), under the operator roots among the anchors.
  virtual Result<security::VerifiedToken> verify_token(const std::string& text) const = 0;
};

// On one thread. Clocks that it is given must outlive what it makes.
class Crypto {
 public:
  virtual ~Crypto() = default;

  // A key of somebody's own. Whoever has it can sign(): nobody but its holder is given it.
  virtual x509::Key make_key() = 0;
  virtual Result<std::string> sign(const x509::Key& key, std::string_view bytes) const = 0;
  // As x509::issue(); valid from a day ago.
  virtual Result<x509::Certificate> issue(const x509::IssueSpec& spec, const x509::Key& subject,
                                          const x509::Certificate* issuer,
                                          const x509::Key& issuer_key) = 0;
  // Of a join token: P-256, as its claim `cnf` wants it. Where signatures are hashes, all tokens have the same.
  virtual x509::Key make_token_key() = 0;
  // `claims` as whoever holds a token shows them. `issuer`: with the role of one, of the operator root.
  virtual Result<std::string> sign_token(const security::JoinClaims& claims,
                                         const x509::Certificate& issuer,
                                         const x509::Key& issuer_key) const = 0;
  // Without any anchor yet.
  virtual std::unique_ptr<Anchors> anchors(const base::Clock& clock) const = 0;
  // Whether the same seed gives the same bytes.
  virtual bool repeats() const = 0;
};

// Valid for certificates from `start_ms` of the wall clock on.
std::unique_ptr<Crypto> hash_crypto(std::uint64_t seed, std::int64_t start_ms);
std::unique_ptr<Crypto> real_crypto();

// Somebody's key with its certificate; without one, a machine's in the join zone.
struct Holder {
  x509::Key key;
  std::vector<x509::Certificate> chain;
};

// Seals in the holder's name. `crypto` must outlive it.
std::shared_ptr<const security::Sealer> sealer_of(const Crypto& crypto, const Holder& holder);

}  // namespace muster::sim
