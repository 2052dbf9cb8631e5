#include "proto/base/credentials.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "proto/base/names.hpp"

namespace muster::base {

Result<std::filesystem::path> path_or_credential(std::string_view text) {
  constexpr std::string_view kPrefix = "$CREDENTIALS_DIRECTORY";
  if (!text.starts_with(kPrefix)) return std::filesystem::path(text);
  const auto name = text.substr(kPrefix.size());
  const bool one_name = name.size() > 1 && name.front() == '/' && name != "/." && name != "/.." &&
                        name.find('/', 1) == std::string_view::npos;
  if (!one_name)
    return fail(Errc::config,
                fmt::format("{} is no credential: write {}/NAME, where NAME is that of "
                            "LoadCredential=NAME:FILE in the unit",
                            quoted(text), kPrefix));
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr || *folder == '\0')
    return fail(Errc::config,
                fmt::format("{0} is a credential of systemd, and this process has none: its unit "
                            "needs LoadCredential={1}:FILE; started by hand, set "
                            "CREDENTIALS_DIRECTORY to the folder that holds {1}",
                            quoted(text), name.substr(1)));
  return std::filesystem::path(folder) / name.substr(1);
}

}  // namespace muster::base
