#include "orchestrator/broker/capath.hpp"

#include <fmt/format.h>

#include <algorithm>

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
      MUSTER_TRY(base::write_file(path, ca.pem()));
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

Status Capath::hold(const std::vector<x509::Certificate>& cas) {
  MUSTER_TRY(base::make_folder(folder_));
  for (const auto& ca : cas) MUSTER_TRY(add(ca));
  std::vector<x509::Certificate> gone;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    const auto there = x509::Certificate::from_file(entry.path());
    if (there && std::none_of(cas.begin(), cas.end(), [&](const auto& ca) {
          return ca.fingerprint() == there->fingerprint();
        }))
      gone.push_back(*there);
  }
  if (error)
    return fail(Errc::io, fmt::format("cannot list {}: {}", folder_.string(), error.message()));
  for (const auto& ca : gone) MUSTER_TRY(remove(ca));
  return {};
}

}  // namespace muster::broker
