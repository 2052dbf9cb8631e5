// The files of policies that an operator wants to have checked or asked.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/policy/policy.hpp"

namespace muster::cli {

// What was found in one file.
struct CheckedPolicy {
  std::string file;
  std::vector<std::string> problems;  // "FILE:LINE: …"; none: the file is good
  std::vector<std::string> notes;     // the same, of what a node takes but is hardly meant
  std::string summary;                // "3 rules, then deny"; of a good file
};

// Checks a file called `groups`, or a policy by `groups` (empty: the file of that name beside it). An
// action, or an argument, that no agent of that name has, as far as this machine knows, is a note.
CheckedPolicy check_policy(const std::filesystem::path& file, const std::filesystem::path& groups);

// A folder becomes its `groups` and *.policy, sorted; other files there are named in `ignored`.
Result<std::vector<std::filesystem::path>> policy_files(
    const std::vector<std::filesystem::path>& named, std::vector<std::string>& ignored);

// The groups that a policy, or a folder of them, is read with: `groups`, or the file of that name
// beside it. One that is refused refuses the policies that name a group.
std::shared_ptr<const policy::Groups> groups_for(const std::filesystem::path& policies,
                                                 const std::filesystem::path& groups);

}  // namespace muster::cli
