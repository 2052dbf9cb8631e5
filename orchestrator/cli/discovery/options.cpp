#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/cli/discovery/sources.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::cli::sources {

Result<std::map<std::string, std::string>> options_of(const Search& search, const Names& known) {
  std::map<std::string, std::string> options;
  for (const auto& word : search.options) {
    const auto equal = word.find('=');
    if (equal == 0 || equal == std::string::npos)
      return fail(Errc::config, fmt::format("--do {}: KEY=VALUE is wanted", base::quoted(word)));
    const auto key = word.substr(0, equal);
    if (!known.empty() && std::find(known.begin(), known.end(), key) == known.end())
      return fail(Errc::config,
                  fmt::format("--do: discovery by {} has no option {}{}", name_of(search.method),
                              base::quoted(key), base::hint_for(key, known)));
    if (!options.emplace(key, word.substr(equal + 1)).second)
      return fail(Errc::config, fmt::format("--do: {} stands there twice", base::quoted(key)));
  }
  return options;
}

}  // namespace muster::cli::sources
