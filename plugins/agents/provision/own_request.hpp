// A node's certificate request: what it asks for, and the file in ssldir that holds it.
#pragma once

#include "plugins/agents/provision/puppet_ssl.hpp"
#include "plugins/api/node.hpp"
#include "proto/base/result.hpp"
#include "proto/x509/request.hpp"

namespace muster::plugins::provision {

// The node's name, and what csr_attributes.yaml and dns_alt_names ask for. Errc::config or invalid_data
// for what no CA would sign: told before anything is sent.
Result<x509::RequestSpec> wanted_request(const Node& node);

// The request that was put before, as long as it asks for the same and is of that key, so that its
// fingerprint stays the same; or a new one, installed.
Result<x509::SigningRequest> own_request(const PuppetSsl& ssl, const x509::RequestSpec& wanted,
                                         const x509::Key& key);

}  // namespace muster::plugins::provision
