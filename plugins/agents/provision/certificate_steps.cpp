#include "plugins/agents/provision/certificate_steps.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "plugins/agents/provision/ca_client.hpp"
#include "plugins/agents/provision/own_request.hpp"
#include "plugins/agents/provision/puppet_ssl.hpp"
#include "plugins/agents/provision/revocation_list.hpp"
#include "proto/base/names.hpp"
#include "proto/x509/request.hpp"

namespace muster::plugins::provision {
namespace {

using Certificates = std::vector<x509::Certificate>;

Value reply(const PuppetSsl& ssl, std::string_view state, const std::string& fingerprint) {
  return {{"fingerprint", fingerprint}, {"state", state}, {"moved_aside", ssl.moved()}};
}

tl::unexpected<Error> held_by_another_key(const std::string& name, std::string_view what,
                                          const std::string& fingerprint) {
  return fail(
      Errc::aborted,
      fmt::format("the CA holds a {} of {} for another key (SHA-256 {}), so another machine "
                  "used this name; 'muster provision again {}' cleans it on every master",
                  what, name, fingerprint, name));
}

// The fingerprint of what now waits at the CA.
Result<std::string> put_request(CaClient& ca, const PuppetSsl& ssl, const x509::RequestSpec& wanted,
                                const x509::Key& key) {
  const auto& name = wanted.common_name;
  MUSTER_ASSIGN(const auto pending, ca.pending_request(name));
  if (!pending) {
    MUSTER_ASSIGN(const auto request, own_request(ssl, wanted, key));
    MUSTER_TRY(ca.put_request(name, request.pem));
    return request.fingerprint;
  }
  MUSTER_ASSIGN(const auto content, x509::open_request(*pending, "the request at the CA"));
  MUSTER_ASSIGN(const auto request, x509::read_request(*pending, "the request at the CA"));
  if (!content.public_key.same_public(key))
    return held_by_another_key(name, "request", request.fingerprint);
  return request.fingerprint;
}

bool contains(const Certificates& all, const x509::Certificate& one) {
  return std::any_of(all.begin(), all.end(),
                     [&](const auto& each) { return each.fingerprint() == one.fingerprint(); });
}

// The CA's bundle may hold more than we were given (the root above a signing CA), but nothing
// beside that chain.
Status check_bundle(const std::string& bundle_pem, const std::string& ca_pem) {
  MUSTER_ASSIGN(const auto bundle,
                x509::Certificate::all_from_pem(bundle_pem, "the CA's certificates"));
  MUSTER_ASSIGN(auto accepted, x509::Certificate::all_from_pem(ca_pem, "ca_pem"));
  for (const auto& given : accepted)
    if (!contains(bundle, given))
      return fail(Errc::refused, fmt::format("the server has another CA than the one given ({})",
                                             given.subject()));
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& extra : bundle) {
      const bool above = std::any_of(accepted.begin(), accepted.end(),
                                     [&](const auto& known) { return known.issued_by(extra); });
      if (!above || contains(accepted, extra)) continue;
      accepted.push_back(extra);
      grown = true;
    }
  }
  for (const auto& one : bundle)
    if (!contains(accepted, one))
      return fail(Errc::refused,
                  fmt::format("the server's CA bundle holds a stranger: {}", one.subject()));
  return {};
}

// As Puppet compares them: the bundle's text, byte for byte, whatever stands between the hexadecimal digits. Not refused but
// aborted: another master may have the right one.
Status check_pin(const std::string& pinned, const std::string& bundle) {
  std::string wanted;
  for (const char c : pinned)
    if (std::isxdigit(static_cast<unsigned char>(c)) != 0)
      wanted += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto actual = x509::sha256_hex(bundle);
  if (pinned.empty() || wanted == actual) return {};
  return fail(Errc::aborted,
              fmt::format("puppet.conf pins the CA by ca_fingerprint {}, and the bundle of this "
                          "master's CA has the SHA-256 {}: correct the one, or join another CA",
                          base::quoted(pinned), actual));
}

Status check_own(const x509::Certificate& certificate, const std::string& name,
                 const x509::Key& key, std::int64_t now_ms) {
  if (certificate.common_name() != name)
    return fail(Errc::refused, fmt::format("the CA's certificate is for {}, not for {}",
                                           base::quoted(certificate.common_name()), name));
  if (!certificate.matches(key))
    return held_by_another_key(name, "certificate", certificate.fingerprint());
  if (certificate.not_after_ms() <= now_ms)
    return fail(
        Errc::refused,
        fmt::format("the certificate of {} has expired; clean it and request another", name));
  return {};
}

}  // namespace

Result<Value> request_certificate(const Node& node, http::ClientPool& clients,
                                  const std::string& ca_pem,
                                  std::chrono::steady_clock::time_point deadline) {
  const auto& name = node.identity();
  MUSTER_ASSIGN(const auto wanted, wanted_request(node));
  PuppetSsl ssl(node.puppet().ssldir, name);
  MUSTER_TRY(ssl.make_folders());
  MUSTER_ASSIGN(const auto key, ssl.key());
  CaClient ca(node.puppet().server_url, clients, ca_pem, deadline);
  const auto& pinned = node.puppet().ca_fingerprint;
  if (!pinned.empty()) {
    MUSTER_ASSIGN(const auto bundle, ca.ca_certificates());
    MUSTER_TRY(check_pin(pinned, bundle));
  }
  MUSTER_ASSIGN(const auto issued, ca.certificate(name));
  if (issued) {
    MUSTER_ASSIGN(const auto certificate,
                  x509::Certificate::from_pem(*issued, "the CA's certificate"));
    MUSTER_TRY(check_own(certificate, name, key, node.clock().unix_ms()));
    return reply(ssl, "valid", certificate.fingerprint());
  }
  // This CA does not know it (any more): Puppet would go on using what has been cleaned.
  MUSTER_TRY(ssl.move_aside(ssl.certificate_path()));
  MUSTER_ASSIGN(const auto fingerprint, put_request(ca, ssl, wanted, key));
  return reply(ssl, "requested", fingerprint);
}

Result<Value> fetch_certificate(const Node& node, http::ClientPool& clients,
                                const std::string& ca_pem,
                                std::chrono::steady_clock::time_point deadline) {
  const auto& name = node.identity();
  PuppetSsl ssl(node.puppet().ssldir, name);
  MUSTER_TRY(ssl.make_folders());
  MUSTER_ASSIGN(const auto key,
                x509::Key::private_from_file(ssl.key_path(), base::Guard::puppet_key));
  CaClient ca(node.puppet().server_url, clients, ca_pem, deadline);
  MUSTER_ASSIGN(const auto pem, ca.certificate(name));
  if (!pem)
    return fail(Errc::not_found,
                fmt::format("the CA has not signed a certificate for {} yet", name));
  MUSTER_ASSIGN(const auto certificate, x509::Certificate::from_pem(*pem, "the CA's certificate"));
  MUSTER_TRY(check_own(certificate, name, key, node.clock().unix_ms()));
  MUSTER_ASSIGN(const auto issuer, issuer_in(ca_pem, certificate));
  MUSTER_ASSIGN(const auto bundle, ca.ca_certificates());
  MUSTER_TRY(check_bundle(bundle, ca_pem));
  MUSTER_TRY(check_pin(node.puppet().ca_fingerprint, bundle));
  MUSTER_ASSIGN(const auto revocations, ca.revocation_list());
  MUSTER_TRY(check_not_revoked(revocations, issuer, certificate));
  // The certificate last: where it is, the others are.
  MUSTER_TRY(ssl.install(ssl.ca_path(), bundle, kPublicMode));
  MUSTER_TRY(ssl.install(ssl.revocation_path(), revocations, kPublicMode));
  MUSTER_TRY(ssl.install(ssl.certificate_path(), *pem, kPublicMode));
  ::unlink(ssl.request_path().c_str());  // as Puppet does: a later request must be a new one
  return Value{{"fingerprint", certificate.fingerprint()},
               {"not_after_ms", certificate.not_after_ms()}};
}

}  // namespace muster::plugins::provision
