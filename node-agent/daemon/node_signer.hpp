// The node's key and certificate, as Puppet keeps them.
#pragma once

#include <cstdint>
#include <string>

#include "plugins/api/puppet_paths.hpp"
#include "proto/base/result.hpp"
#include "proto/security/signer.hpp"

namespace muster::agent {

// The key pair of the node, when it holds a certificate for its name that matches the key and is
// valid at `now_ms`.
Result<security::Signer> node_signer(const plugins::PuppetPaths& puppet,
                                     const std::string& identity, std::int64_t now_ms);

}  // namespace muster::agent
