#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "orchestrator/cli/discovery/name_list.hpp"
#include "orchestrator/cli/discovery/sources.hpp"

namespace muster::cli::sources {
namespace {

Result<std::string> all_of_stdin() {
  std::string list;
  std::string part(64 * 1024, '\0');
  while (true) {
    const auto read = ::read(STDIN_FILENO, part.data(), part.size());
    if (read == 0) return list;
    if (read < 0 && errno == EINTR) continue;
    if (read < 0)
      return fail(Errc::io, fmt::format("cannot read node names from stdin: {}", strerror(errno)));
    list.append(part, 0, static_cast<std::size_t>(read));
    if (list.size() > kNameListMaxBytes)
      return fail(Errc::limit, fmt::format("stdin gives more than {} MiB of node names",
                                           kNameListMaxBytes / 1024 / 1024));
  }
}

}  // namespace

Result<Names> piped(const Search& search) {
  MUSTER_ASSIGN(auto options, options_of(search, {"format"}));
  auto format = ListFormat::automatic;
  if (options.contains("format")) {
    MUSTER_ASSIGN(format, list_format_from(options["format"]));
  }
  MUSTER_ASSIGN(const auto list, all_of_stdin());
  MUSTER_ASSIGN(auto names, names_from(list, "stdin", format));
  if (names.empty())
    return fail(Errc::not_found,
                "stdin is a pipe and names no node, so nobody was asked; to find nodes without it "
                "say --dm automatic, or </dev/null");
  return names;
}

}  // namespace muster::cli::sources
