#include "orchestrator/broker/capath.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "proto/base/files.hpp"

namespace muster::broker {

Result<bool> Capath::add(const x509::Certificate& ca) {
  if (!ca.is_ca())
    return fail(Errc::refused, fmt::format("'{}' is not a CA certificate", ca.subject()));
  MUSTER_TRY(base::make_folder(folder_));
  const auto hash = ca.subject_hash();
  for (int n = 0; n < kSameNameMax; ++n) {
    const auto path = folder_ / fmt::format("{}.{}", hash, n);
    const auto there = base::read_file(path);
    if (!there && there.error().code == Errc::not_found) {
      // An intermediate CA, as `puppetserver ca setup` makes one, stands here without the root above it: what is
      // endorsed is this CA, and not whatever else its root may certify.
      MUSTER_TRY(
          base::write_file(path, ca.is_self_issued() ? ca.pem() : ca.pem_trusted_for_clients()));
      return true;
    }
    if (!there) return fail(there.error());
    const auto other = x509::Certificate::from_pem(*there, path.string());
    // A file that is no certificate keeps its name: OpenSSL stops looking at the first gap.
    if (other && other->fingerprint() == ca.fingerprint()) return false;
  }
  return fail(
      Errc::limit,
      fmt::format("{} has {} CAs named '{}' already; remove those that are no longer in use",
                  folder_.string(), kSameNameMax, ca.subject()));
}

std::vector<x509::Certificate> Capath::all() const {
  std::set<std::filesystem::path> files;  // in order
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, ignored))
    files.insert(entry.path());
  std::vector<x509::Certificate> out;
  for (const auto& file : files)
    if (auto ca = x509::Certificate::from_file(file)) out.push_back(*std::move(ca));
  return out;
}

Result<bool> Capath::remove(const x509::Certificate& ca) {
  const auto named = [&](int n) { return folder_ / fmt::format("{}.{}", ca.subject_hash(), n); };
  int last = -1;
  int found = -1;
  for (int n = 0; n < kSameNameMax; ++n) {
    const auto there = base::read_file(named(n));
    if (!there) break;
    last = n;
    const auto other = x509::Certificate::from_pem(*there, named(n).string());
    if (other && other->fingerprint() == ca.fingerprint()) found = n;
  }
  if (found < 0) return false;
  std::error_code error;
  if (found == last)
    std::filesystem::remove(named(found), error);
  else
    std::filesystem::rename(named(last), named(found), error);
  if (!error) return true;
  return fail(Errc::io,
              fmt::format("cannot take {} away: {}", named(found).string(), error.message()));
}

Result<bool> Capath::hold(const std::vector<x509::Certificate>& cas) {
  bool changed = false;
  for (const auto& ca : cas) {
    MUSTER_ASSIGN(const bool added, add(ca));
    changed = changed || added;
  }
  for (const auto& there : all()) {
    const bool wanted = std::any_of(cas.begin(), cas.end(), [&](const auto& ca) {
      return ca.fingerprint() == there.fingerprint();
    });
    if (wanted) continue;
    MUSTER_ASSIGN(const bool removed, remove(there));
    changed = changed || removed;
  }
  return changed;
}

}  // namespace muster::broker
