#include "proto/security/trust_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

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
  };
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
  state->anchors.emplace(fingerprint, Anchor{fingerprint, anchor, root});
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

Result<Verified> TrustStore::verify(const std::vector<std::string>& chain_der) const {
  const auto now_ms = impl_->clock.unix_ms();
  const auto digest = chain_der.empty() ? std::string() : x509::sha256(chain_der.front());
  if (auto known = base::Locked(impl_->state)->cache.find(digest, now_ms))
    return std::move(known->leaf);
  MUSTER_ASSIGN(const auto chain, read_chain(chain_der));
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
    if (const base::Locked state(impl_->state); generation == state->generation)
      state->cache.insert(digest, {leaf, path->from_ms, path->until_ms});
    return leaf;
  }
  return fail(std::move(refusal));
}

Status TrustStore::check(const x509::Key& key, std::string_view bytes,
                         std::string_view signature) const {
  return key.verify(bytes, signature);
}

}  // namespace muster::security
