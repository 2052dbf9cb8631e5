// The resources of the last catalogue, as Puppet lists them in resources.txt.
#pragma once

#include <string_view>

#include "plugins/api/node.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::plugins::puppet {

// How many of each type: {"File": 12, "Concat::Fragment": 3}. Empty before the first run.
Value type_distribution(const PuppetPaths& paths);

// Whether it holds "file[/etc/motd]"; letters count the same in both cases. Errc::io when the list
// is there and cannot be read.
Result<bool> manages(const PuppetPaths& paths, std::string_view resource);

}  // namespace muster::plugins::puppet
