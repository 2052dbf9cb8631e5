// One resource, made so by `puppet apply`, without a server.
#pragma once

#include <string>
#include <string_view>

#include "plugins/api/node.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::plugins::puppet {

inline constexpr std::size_t kPropertiesMaxDepth = 8;
inline constexpr std::size_t kManifestMaxBytes = 96 * 1024;  // one argument holds 128 KiB

// A manifest that holds this resource and cannot hold anything else: whatever stands in names and
// values is quoted. `properties` is a map, or null. Errc::invalid_data for a property that Puppet
// could not have.
Result<std::string> manifest_of(std::string_view type, std::string_view name,
                                const Value& properties);

// Its folders are its own, so that Puppet's summary, report and list of resources stay those of the
// last real run. Errc::config when Puppet is not installed.
Result<JobSpec> resource_spec(const Node& node, const std::string& manifest,
                              const std::string& environment);

}  // namespace muster::plugins::puppet
