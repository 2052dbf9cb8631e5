// Found out, not configured: where the Puppet of this node keeps things.
#pragma once

#include <filesystem>
#include <string>

#include "plugins/api/puppet_paths.hpp"

namespace muster::plugins::puppet {

struct Layout {
  PuppetPaths paths;
  std::string source;   // for the log: "Debian's package", "puppet config print" …
  std::string warning;  // empty, or why Puppet did not say and what is taken instead
};

// `given` with every path that agent.yaml does not give as it is here. A package's Puppet whose puppet.conf moves nothing is known; any other is asked once
// (settings.hpp), and its answer kept in `cache` until program, puppet.conf or what agent.yaml gives is another; a damaged cache is asked anew. Without a Puppet: the
// vendor's paths where /opt/puppetlabs is, else Debian's. Blocks, for kAskTimeout at most, when it has to ask.
Layout find_layout(const PuppetPaths& given, const std::filesystem::path& cache);

}  // namespace muster::plugins::puppet
