// policies/groups of an authority's folder: who is in which group, for orchestrators. Internal but for
// groups_of().
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::authority {

// Adds "cert=NAME" to the group's line, or a line for a new group. Nothing when it stands there. A file
// that does not parse is Errc::config, and left as it is.
Status add_to_group(const std::filesystem::path& file, const std::string& group,
                    const std::string& name);

// The groups of each name, as the file says; empty when there is no such file.
Result<std::map<std::string, std::vector<std::string>>> groups_of(
    const std::filesystem::path& file);

}  // namespace muster::authority
