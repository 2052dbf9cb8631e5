#include "tests/sim/puppet/puppet_ca.hpp"

#include <fmt/format.h>

namespace muster::sim {
namespace {

x509::IssueSpec spec_of_ca(const std::string& name) {
  x509::IssueSpec spec;
  spec.common_name = "Puppet CA: " + name;
  spec.ca = true;
  return spec;
}

}  // namespace

PuppetCa::PuppetCa(Crypto& crypto, const base::Clock& clock, const std::string& name)
    : crypto_(crypto),
      name_(name),
      clock_(clock),
      check_(crypto.anchors(clock)),
      key_(crypto.make_key()),
      certificate_(crypto.issue(spec_of_ca(name), key_, nullptr, key_).value()) {}

std::string PuppetCa::request_bytes(const std::string& name, const x509::Key& key) {
  return "certificate request of " + name + "\n" + key.public_der();
}

Result<std::string> PuppetCa::submit(const std::string& name, const x509::Key& key,
                                     const std::string& signature) {
  const auto bytes = request_bytes(name, key);
  MUSTER_TRY(check_->check(key, bytes, signature));
  const auto fingerprint = x509::sha256_hex(bytes);
  const auto known = entries_.find(name);
  if (known == entries_.end())
    entries_.emplace(name, Entry{fingerprint, key, std::nullopt, clock_.unix_ms()});
  else if (known->second.fingerprint != fingerprint)
    return fail(Errc::aborted,
                fmt::format("the CA holds another key under the name {}; clean it", name));
  return fingerprint;
}

Result<bool> PuppetCa::sign(const std::string& name, const std::string& fingerprint) {
  const auto known = entries_.find(name);
  if (known == entries_.end() || known->second.fingerprint != fingerprint)
    return fail(Errc::not_found, fmt::format("there is no request {} of {}", fingerprint, name));
  if (known->second.certificate) return false;
  MUSTER_ASSIGN(known->second.certificate, issue(name, known->second.key));
  known->second.made_at_ms = clock_.unix_ms();
  for (const auto& [who, handler] : on_signed_) handler(name);
  return true;
}

std::int64_t PuppetCa::signed_at_ms(const std::string& name) const {
  const auto known = entries_.find(name);
  return known == entries_.end() ? 0 : known->second.made_at_ms;
}

Result<x509::Certificate> PuppetCa::fetch(const std::string& name) const {
  const auto known = entries_.find(name);
  if (known == entries_.end() || !known->second.certificate)
    return fail(Errc::not_found, fmt::format("the certificate of {} is not signed", name));
  return *known->second.certificate;
}

PuppetCa::Cleaned PuppetCa::clean(const std::string& name) {
  const auto known = entries_.find(name);
  if (known == entries_.end()) return {"absent", {}};
  const auto certificate = std::move(known->second.certificate);
  entries_.erase(known);
  if (!certificate) return {"requested", {}};
  if (on_revoked_) on_revoked_(name);
  return {"signed", {certificate->serial_hex()}};
}

std::string PuppetCa::signed_fingerprint(const std::string& name) const {
  const auto its = fetch(name);
  return its ? its->fingerprint() : "";
}

Result<x509::Certificate> PuppetCa::issue(const std::string& name, const x509::Key& key) {
  x509::IssueSpec spec;
  spec.common_name = name;
  ++signed_;
  return crypto_.issue(spec, key, &certificate_, key_);
}

}  // namespace muster::sim
