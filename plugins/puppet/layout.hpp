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

// `given` with everything that agent.yaml does not give as it is here. A package's Puppet whose puppet.conf says nothing of it is known; any other is asked once
// (settings.hpp), and its answer kept in `cache` (layout_cache.hpp). Without a Puppet, or with one that fails: the vendor's paths where /opt/puppetlabs is, else Debian's, and
// what puppet.conf says without variables. Blocks, for kAskTimeout at most, when it has to ask.
Layout find_layout(const PuppetPaths& given, const std::filesystem::path& cache);

// Of what was found: another text once find_layout would have to look anew, for there is another program or another puppet.conf. A few calls of stat(2).
std::string layout_stamp(const PuppetPaths& found);

}  // namespace muster::plugins::puppet
