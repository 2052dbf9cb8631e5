#include "tests/swarm/ca/swarm_ca.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace muster::swarm {

Status SwarmCa::put_request(const std::string& name, x509::SigningRequest request) {
  if (entries_.size() >= kSwarmCaNamesMax && !entries_.contains(name))
    return fail(Errc::limit, fmt::format("the swarm's CA holds {} names already", entries_.size()));
  entries_.insert_or_assign(name, Entry{std::move(request), std::nullopt});
  return {};
}

Result<bool> SwarmCa::sign(const std::string& name, const std::string& fingerprint) {
  const auto found = entries_.find(name);
  if (found == entries_.end() || found->second.request.fingerprint != fingerprint)
    return fail(
        Errc::aborted,
        fmt::format("the swarm's CA has no request of {} with the SHA-256 {}", name, fingerprint));
  auto& entry = found->second;
  if (entry.certificate) return false;
  MUSTER_ASSIGN(entry.certificate, sign_request(ca_, entry.request, name));
  return true;
}

std::optional<x509::Certificate> SwarmCa::certificate(const std::string& name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? std::nullopt : found->second.certificate;
}

// Certificates begin a day before they are signed, in whole seconds.
std::int64_t SwarmCa::signed_at_ms(const std::string& name) const {
  const auto its = certificate(name);
  const std::chrono::milliseconds day = std::chrono::hours(24) + std::chrono::seconds(1);
  return its ? its->not_before_ms() + day.count() : 0;
}

SwarmCa::Cleaned SwarmCa::clean(const std::string& name) {
  const auto known = entries_.find(name);
  if (known == entries_.end()) return {"absent", {}};
  const auto its = std::move(known->second.certificate);
  entries_.erase(known);
  if (!its) return {"requested", {}};
  return {"signed", {its->serial_hex()}};
}

std::string SwarmCa::signed_fingerprint(const std::string& name) const {
  const auto its = certificate(name);
  return its ? its->fingerprint() : "";
}

}  // namespace muster::swarm
