#include "orchestrator/cli/ddl_library.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <set>

#include "proto/base/files.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::cli {

namespace fs = std::filesystem;

Result<ddl::Agent> DdlLibrary::find(const std::string& agent) const {
  MUSTER_TRY(base::check_word("agent", agent));
  if (!ddl::text(agent).empty()) return ddl::built_in(agent);
  for (const auto& folder : folders_) {
    const fs::path file = folder / (agent + ".json");
    const auto text = base::read_file(file, ddl::kDocumentMaxBytes);
    if (text) return ddl::parse(*text, file.string());
    if (text.error().code != Errc::not_found) return fail(text.error());
  }
  std::string message =
      fmt::format("there is no agent {}{}", base::quoted(agent), base::hint_for(agent, names()));
  if (!folders_.empty())
    message += fmt::format("\nA description of your own goes to {}",
                           (folders_.front() / (agent + ".json")).string());
  return fail(Errc::unknown_action, std::move(message));
}

std::vector<std::string> DdlLibrary::names() const {
  std::set<std::string> names;
  for (const auto& text : ddl::texts()) names.insert(std::string(text.name));
  for (const auto& folder : folders_) {
    std::error_code unreadable;
    std::size_t seen = 0;
    for (const auto& entry : fs::directory_iterator(folder, unreadable)) {
      if (++seen > kDdlFilesMax) break;
      if (entry.path().extension() == ".json") names.insert(entry.path().stem().string());
    }
  }
  return {names.begin(), names.end()};
}

std::vector<fs::path> user_ddl_folders() {
  std::vector<fs::path> folders;
  const char* config = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  if (config != nullptr && *config != '\0')
    folders.push_back(fs::path(config) / "muster" / "ddl");
  else if (home != nullptr && *home != '\0')
    folders.push_back(fs::path(home) / ".config" / "muster" / "ddl");
  folders.emplace_back("/etc/muster/ddl");
  return folders;
}

}  // namespace muster::cli
