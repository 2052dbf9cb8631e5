#include "orchestrator/cli/cache_folder.hpp"

#include <cstdlib>

namespace muster::cli {

std::filesystem::path cache_folder(std::string_view name) {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  if (cache != nullptr && *cache != '\0') return std::filesystem::path(cache) / "muster" / name;
  if (home != nullptr && *home != '\0')
    return std::filesystem::path(home) / ".cache" / "muster" / name;
  return {};
}

}  // namespace muster::cli
