// Which Puppet there is on this node.
#pragma once

#include <string>

#include "plugins/api/puppet_paths.hpp"
#include "proto/base/result.hpp"

namespace muster::plugins::puppet {

// The program of `paths`; one without a '/' is looked up where packages put it, the system's folders before the vendor's.
// Errc::config when it is not there.
Result<std::string> find_puppet(const PuppetPaths& paths);

}  // namespace muster::plugins::puppet
