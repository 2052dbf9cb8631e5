#include "proto/security/trust_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "proto/base/files.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/names.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/security/chain.hpp"
#include "proto/security/verified_cache.hpp"
#include "proto/x509/openssl.hpp"

namespace muster::security {
namespace {

struct Anchor {
  std::string fingerprint;
  Sha256 digest;  // the same, as bytes
  x509::Certificate certificate;
  Root root;
  std::optional<x509::RevocationList> revoked = {};
};
using Anchors = std::map<std::string, Anchor>;  // by fingerprint

Result<std::vector<x509::Certificate>> read_chain(const std::vector<std::string>& chain_der) {
  if (chain_der.empty()) return fail(Errc::refused, "the message carries no certificate");
  if (chain_der.size() > envelope::kCertificatesMax)
    return fail(Errc::limit, fmt::format("a chain of {} certificates; the limit is {}",
                                         chain_der.size(), envelope::kCertificatesMax));
  std::vector<x509::Certificate> chain;
  for (const auto& der : chain_der) {
    MUSTER_ASSIGN(auto certificate, x509::Certificate::from_der(der));
    chain.push_back(std::move(certificate));
  }
  if (chain.front().is_ca())
    return fail(Errc::refused, fmt::format("the certificate {} is a CA's; a CA signs no messages",
                                           base::quoted(chain.front().subject())));
  return chain;
}

bool names_issuer(const x509::Certificate& certificate, const x509::Certificate& anchor) {
  return X509_NAME_cmp(X509_get_issuer_name(certificate.get()),
                       X509_get_subject_name(anchor.get())) == 0;
}

// Anchors that one of `chain` names as its issuer, the leaf's own first: two CAs may bear the same name, so each is tried
// alone.
std::vector<Anchor> possible_anchors(const Anchors& anchors,
                                     const std::vector<x509::Certificate>& chain) {
  std::vector<Anchor> found;
  for (const auto& certificate : chain)
    for (const auto& [fingerprint, anchor] : anchors) {
      const bool tried = std::any_of(found.begin(), found.end(), [&](const Anchor& one) {
        return one.fingerprint == fingerprint;
      });
      if (!tried && names_issuer(certificate, anchor.certificate)) found.push_back(anchor);
    }
  return found;
}

// What a leaf under an anchor of `root` is, or why it is nobody.
Result<Role> role_under(Root root, const x509::Certificate& leaf) {
  if (root == Root::puppet) return Role::none;
  const auto role = role_from(leaf.organizational_unit());
  if (may_give(root, role)) return role;
  return fail(Errc::refused,
              fmt::format("certificate of {} says role '{}', which {} does not give",
                          base::quoted(leaf.common_name()), name_of(role), name_of(root)));
}

// None of the chain may stand in the anchor's list: neither the leaf nor what is between.
Status not_revoked(const Anchor& anchor, const std::vector<x509::Certificate>& chain) {
  if (!anchor.revoked) return {};
  for (const auto& certificate : chain) {
    if (!names_issuer(certificate, anchor.certificate)) continue;
    if (const auto revoked = anchor.revoked->find(certificate.serial_hex()))
      return fail(Errc::refused,
                  fmt::format("{} is refused: {}", base::quoted(certificate.common_name()),
                              revoked->text()));
  }
  return {};
}

// Whoever commands is verified by each process.
bool is_for_later(const Anchor& anchor, const Verified& leaf) {
  return anchor.root == Root::puppet && leaf.direct;
}

const KnownChain* known_in(const std::vector<KnownChain>& sorted, const std::string& digest) {
  const auto leaf = sha256_from(digest);
  if (!leaf) return nullptr;
  const auto at =
      std::lower_bound(sorted.begin(), sorted.end(), *leaf,
                       [](const KnownChain& one, const Sha256& other) { return one.leaf < other; });
  return at != sorted.end() && at->leaf == *leaf ? &*at : nullptr;
}

bool is_anchor_file(const std::filesystem::path& path) {
  return path.extension() == ".pem" || path.extension() == ".crt";
}

}  // namespace

struct TrustStore::Impl {
  explicit Impl(const base::Clock& its_clock) : clock(its_clock) {}

  struct State {
    void anchors_changed() {
      cache.clear();
      ++generation;
    }
    Anchors anchors;
    VerifiedCache cache{kVerifiedCacheMax};
    // A chain that was being checked while the anchors changed must not enter the cache.
    std::uint64_t generation = 0;
    std::vector<KnownChain> recalled;  // sorted by leaf
    std::size_t anew = 0;
  };
  std::optional<Verified> recall(const std::string& digest,
                                 const std::vector<x509::Certificate>& chain, std::int64_t now_ms);
  const base::Clock& clock;
  base::Guarded<State> state;
};

TrustStore::TrustStore(const base::Clock& clock) : impl_(std::make_unique<Impl>(clock)) {}
TrustStore::~TrustStore() = default;

Status TrustStore::add(const x509::Certificate& anchor, Root root) {
  if (!anchor.is_ca())
    return fail(Errc::refused, fmt::format("the certificate {} is not a CA's and cannot be trusted "
                                           "to issue others",
                                           base::quoted(anchor.subject())));
  if (auto strong = anchor.public_key().strong_enough(); !strong)
    return fail(strong.error().within("CA certificate " + base::quoted(anchor.subject())));
  const auto fingerprint = anchor.fingerprint();
  const base::Locked state(impl_->state);
  if (const auto known = state->anchors.find(fingerprint); known != state->anchors.end()) {
    if (known->second.root == root) return {};
    return fail(Errc::refused, fmt::format("the CA certificate {} cannot be {}: it is {} already",
                                           base::quoted(anchor.subject()), name_of(root),
                                           name_of(known->second.root)));
  }
  if (state->anchors.size() >= kAnchorsMax)
    return fail(
        Errc::limit,
        fmt::format("{} CA certificates are trusted already, which is the limit", kAnchorsMax));
  state->anchors.emplace(
      fingerprint, Anchor{fingerprint, *sha256_from(x509::sha256(anchor.der())), anchor, root});
  state->anchors_changed();
  return {};
}

Result<int> TrustStore::add_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error))
    if (is_anchor_file(at->path())) files.push_back(at->path());
  if (error == std::errc::no_such_file_or_directory) return 0;
  if (error)
    return fail(Errc::io, fmt::format("cannot list {}: {}", folder.string(), error.message()));
  std::sort(files.begin(), files.end());
  int read = 0;
  for (const auto& file : files) {
    MUSTER_ASSIGN(const auto pem, base::read_file(file));
    MUSTER_ASSIGN(const auto bundle, x509::Certificate::all_from_pem(pem, file.string()));
    for (const auto& certificate : bundle) {
      if (auto added = add(certificate); !added) return fail(added.error().within(file.string()));
      ++read;
    }
  }
  return read;
}

void TrustStore::remove(const std::string& fingerprint) {
  const base::Locked state(impl_->state);
  if (state->anchors.erase(fingerprint) != 0) state->anchors_changed();
}

std::vector<x509::Certificate> TrustStore::anchors() const {
  const base::Locked state(impl_->state);
  std::vector<x509::Certificate> all;
  for (const auto& [fingerprint, anchor] : state->anchors) all.push_back(anchor.certificate);
  return all;
}

std::vector<x509::Certificate> TrustStore::anchors_of(Root root) const {
  const base::Locked state(impl_->state);
  std::vector<x509::Certificate> all;
  for (const auto& [fingerprint, anchor] : state->anchors)
    if (anchor.root == root) all.push_back(anchor.certificate);
  return all;
}

bool TrustStore::trusts(const std::string& anchor_fingerprint) const {
  return base::Locked(impl_->state)->anchors.count(anchor_fingerprint) != 0;
}

Result<std::string> TrustStore::signer_of(const x509::RevocationList& list) const {
  const Anchors anchors = base::Locked(impl_->state)->anchors;
  for (const auto& [fingerprint, anchor] : anchors)
    if (anchor.root != Root::puppet && list.signed_by(anchor.certificate)) return fingerprint;
  return fail(
      Errc::refused,
      fmt::format("the revocation list of {} is signed by neither the operator root nor the "
                  "orchestrator root",
                  base::quoted(list.issuer_common_name())));
}

Result<bool> TrustStore::take(const x509::RevocationList& list) {
  MUSTER_ASSIGN(const auto fingerprint, signer_of(list));
  const base::Locked state(impl_->state);
  const auto anchor = state->anchors.find(fingerprint);
  if (anchor == state->anchors.end()) return false;  // removed meanwhile
  auto& held = anchor->second.revoked;
  if (held && held->number() >= list.number()) return false;
  held = list;
  state->anchors_changed();
  return true;
}

std::vector<HeldList> TrustStore::lists() const {
  const base::Locked state(impl_->state);
  std::vector<HeldList> all;
  for (const auto& [fingerprint, anchor] : state->anchors)
    if (anchor.revoked) all.push_back({fingerprint, *anchor.revoked});
  return all;
}

std::optional<x509::Revoked> TrustStore::revoked(const std::string& serial_hex) const {
  const base::Locked state(impl_->state);
  for (const auto& [fingerprint, anchor] : state->anchors)
    if (anchor.revoked)
      if (auto found = anchor.revoked->find(serial_hex)) return found;
  return std::nullopt;
}

// What is read of the certificates themselves is asked anew; their signature is not.
std::optional<Verified> TrustStore::Impl::recall(const std::string& digest,
                                                 const std::vector<x509::Certificate>& chain,
                                                 std::int64_t now_ms) {
  const base::Locked its(state);
  const auto* known = known_in(its->recalled, digest);
  if (known == nullptr) return std::nullopt;
  const auto found = std::find_if(its->anchors.begin(), its->anchors.end(), [&](const auto& one) {
    return one.second.digest == known->anchor;
  });
  if (found == its->anchors.end() || found->second.root != Root::puppet) return std::nullopt;
  const auto& anchor = found->second;
  const auto& leaf = chain.front();
  const auto from_ms = std::max(leaf.not_before_ms(), anchor.certificate.not_before_ms());
  const auto until_ms = std::min(leaf.not_after_ms(), anchor.certificate.not_after_ms());
  if (now_ms < from_ms || now_ms > until_ms || !names_issuer(leaf, anchor.certificate))
    return std::nullopt;
  Verified verified(leaf, Role::none, anchor.fingerprint, /*is_direct=*/true);
  its->cache.insert(digest, {verified, from_ms, until_ms});
  return verified;
}

void TrustStore::recall(std::vector<KnownChain> chains) {
  base::Locked(impl_->state)->recalled = std::move(chains);
}

std::vector<KnownChain> TrustStore::known_chains() const {
  const auto now_ms = impl_->clock.unix_ms();
  const base::Locked state(impl_->state);
  std::vector<KnownChain> chains;
  std::set<Sha256> met;
  state->cache.for_each([&](const std::string& digest, const VerifiedCertificate& entry) {
    const auto anchor = state->anchors.find(entry.leaf.anchor);
    const auto leaf = sha256_from(digest);
    if (!leaf || anchor == state->anchors.end() || !is_for_later(anchor->second, entry.leaf))
      return;
    if (entry.until_ms >= now_ms && met.insert(*leaf).second)
      chains.push_back({*leaf, anchor->second.digest, entry.until_ms});
  });
  for (const auto& chain : state->recalled)
    if (chain.until_ms >= now_ms && met.insert(chain.leaf).second) chains.push_back(chain);
  if (chains.size() > kKnownChainsMax) chains.resize(kKnownChainsMax);
  return chains;
}

std::size_t TrustStore::verified_anew() const {
  return base::Locked(impl_->state)->anew;
}

Result<Verified> TrustStore::verify(const std::vector<std::string>& chain_der) const {
  const auto now_ms = impl_->clock.unix_ms();
  const auto digest = chain_der.empty() ? std::string() : x509::sha256(chain_der.front());
  if (auto known = base::Locked(impl_->state)->cache.find(digest, now_ms))
    return std::move(known->leaf);
  MUSTER_ASSIGN(const auto chain, read_chain(chain_der));
  if (auto recalled = impl_->recall(digest, chain, now_ms)) return *std::move(recalled);
  // Arithmetic must not hold up the other threads.
  const auto [generation, anchors] = impl_->state.with_lock([&chain](const Impl::State& state) {
    return std::pair(state.generation, possible_anchors(state.anchors, chain));
  });
  Error refusal{Errc::refused, fmt::format("certificate of {} is signed by an unknown CA {}",
                                           base::quoted(chain.front().common_name()),
                                           base::quoted(chain.back().issuer_common_name()))};
  for (const auto& anchor : anchors) {
    const auto path = verify_chain(chain, anchor.certificate, now_ms);
    if (!path) {
      refusal = path.error();
      continue;
    }
    MUSTER_TRY(not_revoked(anchor, chain));
    MUSTER_ASSIGN(const auto role, role_under(anchor.root, path->leaf));
    Verified leaf(path->leaf, role, anchor.fingerprint, path->direct);
    if (const base::Locked state(impl_->state); generation == state->generation) {
      state->cache.insert(digest, {leaf, path->from_ms, path->until_ms});
      if (is_for_later(anchor, leaf)) ++state->anew;
    }
    return leaf;
  }
  return fail(std::move(refusal));
}

Status TrustStore::check(const x509::Key& key, std::string_view bytes,
                         std::string_view signature) const {
  return key.verify(bytes, signature);
}

}  // namespace muster::security
