// The two steps that give a node its Puppet certificate. Each may be repeated at any time.
#pragma once

#include <chrono>
#include <string>

#include "plugins/api/node.hpp"
#include "plugins/http/client_pool.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::plugins::provision {

// Key and request in ssldir, the request at the CA behind PuppetPaths::server_url. {fingerprint,
// state, moved_aside}: `requested` with the SHA-256 of the request, or `valid` when the CA has
// already signed this key. Errc::aborted when puppet.conf pins another CA by ca_fingerprint, and when the CA holds a certificate or a request of another
// key under this name: only a clean there helps.
Result<Value> request_certificate(const Node& node, http::ClientPool& clients,
                                  const std::string& ca_pem,
                                  std::chrono::steady_clock::time_point deadline);

// Certificate, CA and revocation list into ssldir, each verified first: name, key, issuer, not
// revoked. {fingerprint, not_after_ms}. Errc::not_found while it has not been signed.
Result<Value> fetch_certificate(const Node& node, http::ClientPool& clients,
                                const std::string& ca_pem,
                                std::chrono::steady_clock::time_point deadline);

}  // namespace muster::plugins::provision
