// The agents whose actions can be called: those compiled in, and those of a folder of the user's.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/ddl/ddl.hpp"

namespace muster::cli {

inline constexpr std::size_t kDdlFilesMax = 1'000;  // of one folder

// Reads <name>.json of `folders` on demand. Errc::unknown_action with the nearest agent. A built-in name cannot be
// redefined: what it does is in the nodes.
class DdlLibrary {
 public:
  explicit DdlLibrary(std::vector<std::filesystem::path> folders) : folders_(std::move(folders)) {}
  Result<ddl::Agent> find(const std::string& agent) const;
  std::vector<std::string> names() const;  // sorted

 private:
  std::vector<std::filesystem::path> folders_;
};

// ~/.config/muster/ddl and /etc/muster/ddl, after XDG_CONFIG_HOME.
std::vector<std::filesystem::path> user_ddl_folders();

}  // namespace muster::cli
