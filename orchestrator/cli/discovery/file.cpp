#include <fmt/format.h>

#include "orchestrator/cli/discovery/name_list.hpp"
#include "orchestrator/cli/discovery/sources.hpp"
#include "proto/base/files.hpp"

namespace muster::cli::sources {

Result<Names> file(const Search& search) {
  MUSTER_ASSIGN(auto options, options_of(search, {"file", "format"}));
  std::filesystem::path path = search.nodes_file;
  if (options.contains("file")) {
    if (!path.empty())
      return fail(Errc::config, "--nodes and --do file= both name a file; one will do");
    path = options["file"];
  }
  if (path.empty()) return fail(Errc::config, "discovery by file needs --nodes FILE");
  auto format = ListFormat::automatic;
  if (options.contains("format")) {
    MUSTER_ASSIGN(format, list_format_from(options["format"]));
  }
  MUSTER_ASSIGN(const auto list, base::read_file(path, kNameListMaxBytes));
  MUSTER_ASSIGN(auto names, names_from(list, path.string(), format));
  if (names.empty()) return fail(Errc::not_found, fmt::format("{} names no node", path.string()));
  return names;
}

}  // namespace muster::cli::sources
