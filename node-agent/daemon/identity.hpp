// The node's name: as configured, else its fully qualified domain name, as Puppet's certname.
#pragma once

#include <string>

#include "proto/base/result.hpp"

namespace muster::agent {

// Errc::config when the host has no name that can be one: says which key to set.
Result<std::string> find_identity(const std::string& configured);

}  // namespace muster::agent
