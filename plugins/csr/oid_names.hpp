// Names of object identifiers that a site has made for itself: custom_trusted_oid_mapping.yaml.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "proto/base/result.hpp"

namespace muster::csr {

inline constexpr std::size_t kOidNamesMax = 1'000;

using OidNames = std::map<std::string, std::string>;  // short name to dotted numbers

// No file: none. Errc::config, with file and line, for one that Puppet would not read either.
Result<OidNames> read_oid_names(const std::filesystem::path& file);

}  // namespace muster::csr
