#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>
#include <unordered_map>

#include "proto/base/names.hpp"
#include "tests/sim/crypto/crypto.hpp"
#include "tests/sim/crypto/hash_certificate.hpp"
#include "tests/sim/crypto/hash_token.hpp"

namespace muster::sim {
namespace {

constexpr std::size_t kSerialBytes = 16;

// One secret for the whole simulation: what is signed with a public key's private half is the hash of that secret, the public key
// and the bytes. Nobody can sign for another, as nobody in the simulation computes it but through its own key.
std::string keyed_hash(const std::string& secret, const x509::Key& key, std::string_view bytes) {
  const auto own = bytes_of(key);
  auto covered = secret + (own.empty() ? key.public_der() : own);  // a token's has another form
  covered += bytes;
  return x509::sha256(covered);
}

// What everybody in one simulation meets is read once, by its DER. Whom to believe is each program's own.
using ReadCertificates = std::unordered_map<std::string, x509::Certificate>;

Result<x509::Certificate> read_once(ReadCertificates& before, const std::string& der) {
  if (const auto known = before.find(der); known != before.end()) return known->second;
  MUSTER_ASSIGN(auto certificate, x509::Certificate::from_der(der));
  return before.emplace(der, std::move(certificate)).first->second;
}

class HashAnchors final : public Anchors {
 public:
  HashAnchors(std::string secret, const base::Clock& clock,
              std::shared_ptr<ReadCertificates> certificates)
      : secret_(std::move(secret)), clock_(clock), read_(std::move(certificates)) {}

  Status add(const x509::Certificate& anchor, security::Root root) override {
    if (!anchor.is_ca()) return fail(Errc::refused, anchor.subject() + " is no CA");
    anchors_.insert_or_assign(anchor.fingerprint(), Anchor{anchor, root});
    known_.clear();
    return {};
  }
  Result<security::Verified> verify(const std::vector<std::string>& chain_der) const override;
  Result<security::VerifiedToken> verify_token(const std::string& text) const override;
  Status check(const x509::Key& key, std::string_view bytes,
               std::string_view signature) const override {
    if (keyed_hash(secret_, key, bytes) == signature) return {};
    return fail(Errc::refused, "the signature does not fit");
  }

 private:
  struct Anchor {
    x509::Certificate certificate;
    security::Root root;
  };
  struct Known {
    security::Verified leaf;
    std::int64_t until_ms = 0;
  };
  Result<security::Verified> judge(const x509::Certificate& leaf) const;
  bool is_signed_by(const x509::Certificate& leaf, const x509::Certificate& anchor) const;
  bool is_in_force(const x509::Certificate& leaf) const;

  const std::string secret_;
  const base::Clock& clock_;
  const std::shared_ptr<ReadCertificates> read_;
  std::map<std::string, Anchor> anchors_;  // by fingerprint
  mutable std::unordered_map<std::string, Known> known_;
};

bool HashAnchors::is_signed_by(const x509::Certificate& leaf,
                               const x509::Certificate& anchor) const {
  return anchor.common_name() == leaf.issuer_common_name() &&
         check(anchor.public_key(), covered_by_signature(leaf), signature_of(leaf)).has_value();
}

bool HashAnchors::is_in_force(const x509::Certificate& leaf) const {
  const auto now_ms = clock_.unix_ms();
  return !leaf.is_ca() && now_ms >= leaf.not_before_ms() && now_ms <= leaf.not_after_ms();
}

Result<security::VerifiedToken> HashAnchors::verify_token(const std::string& text) const {
  MUSTER_ASSIGN(auto token, read_hash_token(text));
  const bool is_issuer =
      is_in_force(token.issuer) &&
      security::role_from(token.issuer.organizational_unit()) == security::Role::issuer;
  const bool is_ours = std::any_of(anchors_.begin(), anchors_.end(), [&](const auto& one) {
    return one.second.root == security::Root::operators &&
           is_signed_by(token.issuer, one.second.certificate);
  });
  if (!is_issuer || !is_ours)
    return fail(Errc::refused, fmt::format("{} may make no tokens here",
                                           base::quoted(token.issuer.common_name())));
  MUSTER_TRY(check(token.issuer.public_key(), token.covered, token.signature));
  return security::VerifiedToken{std::move(token.claims), std::move(token.issuer)};
}

Result<security::Verified> HashAnchors::judge(const x509::Certificate& leaf) const {
  const auto issuer = leaf.issuer_common_name();
  for (const auto& [fingerprint, anchor] : anchors_) {
    if (!is_signed_by(leaf, anchor.certificate)) continue;
    if (anchor.root == security::Root::puppet)
      return security::Verified{leaf, security::Role::none, fingerprint};
    const auto role = security::role_from(leaf.organizational_unit());
    if (security::may_give(anchor.root, role)) return security::Verified{leaf, role, fingerprint};
  }
  return fail(Errc::refused, fmt::format("certificate of {} is signed by an unknown CA {}",
                                         base::quoted(leaf.common_name()), base::quoted(issuer)));
}

Result<security::Verified> HashAnchors::verify(const std::vector<std::string>& chain_der) const {
  if (chain_der.empty()) return fail(Errc::refused, "the message carries no certificate");
  const auto now_ms = clock_.unix_ms();
  const auto found = known_.find(chain_der.front());
  if (found != known_.end() && now_ms <= found->second.until_ms) return found->second.leaf;
  MUSTER_ASSIGN(const auto leaf, read_once(*read_, chain_der.front()));
  if (!is_in_force(leaf))
    return fail(Errc::refused, fmt::format("certificate of {} is a CA's or not in force",
                                           base::quoted(leaf.common_name())));
  MUSTER_ASSIGN(auto verified, judge(leaf));
  known_.insert_or_assign(chain_der.front(), Known{verified, leaf.not_after_ms()});
  return verified;
}

class HashCrypto final : public Crypto {
 public:
  HashCrypto(std::uint64_t seed, std::int64_t start_ms)
      : secret_(x509::sha256("muster-sim " + std::to_string(seed))),
        start_ms_(start_ms),
        chance_(seed) {}

  x509::Key make_key() override { return key_of(chance(kKeyBytes)); }
  Result<std::string> sign(const x509::Key& key, std::string_view bytes) const override {
    return keyed_hash(secret_, key, bytes);
  }
  Result<x509::Certificate> issue(const x509::IssueSpec& spec, const x509::Key& subject,
                                  const x509::Certificate* issuer,
                                  const x509::Key& issuer_key) override {
    return make_certificate(
        spec, chance(kSerialBytes), subject, issuer, start_ms_,
        [&](std::string_view bytes) { return keyed_hash(secret_, issuer_key, bytes); });
  }
  x509::Key make_token_key() override { return hash_token_key(); }
  Result<std::string> sign_token(const security::JoinClaims& claims,
                                 const x509::Certificate& issuer,
                                 const x509::Key& issuer_key) const override {
    return make_hash_token(claims, issuer, [&](std::string_view bytes) {
      return keyed_hash(secret_, issuer_key, bytes);
    });
  }
  std::unique_ptr<Anchors> anchors(const base::Clock& clock) const override {
    return std::make_unique<HashAnchors>(secret_, clock, read_);
  }
  bool repeats() const override { return true; }

 private:
  std::string chance(std::size_t bytes) {
    std::string out;
    while (out.size() < bytes) {
      const auto drawn = chance_();
      for (unsigned shift = 0; shift < 64; shift += 8)
        out.push_back(static_cast<char>((drawn >> shift) & 0xffU));
    }
    out.resize(bytes);
    out.front() = static_cast<char>(out.front() | 1);  // as a serial number: not zero
    return out;
  }

  const std::string secret_;
  const std::int64_t start_ms_;
  const std::shared_ptr<ReadCertificates> read_ = std::make_shared<ReadCertificates>();
  std::mt19937_64 chance_;
};

}  // namespace

std::unique_ptr<Crypto> hash_crypto(std::uint64_t seed, std::int64_t start_ms) {
  return std::make_unique<HashCrypto>(seed, start_ms);
}

}  // namespace muster::sim
