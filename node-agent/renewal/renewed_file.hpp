// The answer of a CA that was asked to renew: judged, and put in the place of the certificate before.
#pragma once

#include <string>
#include <vector>

#include "plugins/api/puppet_paths.hpp"
#include "proto/base/result.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::agent {

// Errc::refused, and nothing is written, unless `pem` is a certificate of `identity`, of the node's key, issued by one of
// `cas`, and good for longer than the one that is there. The file keeps its owner, group and mode: it is Puppet's too.
Status take_renewed(const std::string& pem, const std::vector<x509::Certificate>& cas,
                    const plugins::PuppetPaths& puppet, const std::string& identity);

}  // namespace muster::agent
