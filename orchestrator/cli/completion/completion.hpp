// What may stand where the cursor is. Pure: where names come from is the caller's matter.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/cli/command_tree.hpp"
#include "proto/ddl/ddl.hpp"

namespace muster::cli {

inline constexpr std::size_t kSuggestionsMax = 5'000;  // a shell shows no more in earnest

struct Suggestion {
  std::string text;  // the whole word: "service=httpd"
  std::string help;  // one line, may be empty
};

// Asked only when the place needs them. Empty where nothing is known.
struct CompletionSources {
  std::function<std::vector<std::string>()> agents;
  std::function<std::optional<ddl::Agent>(const std::string& name)> agent;
  std::function<std::vector<std::string>()> plugins;     // "agent/puppet", "data/fstat", "fstat"
  std::function<std::vector<std::string>()> identities;  // nodes online
  std::function<std::vector<std::string>()> facts;       // dotted names
  std::function<std::vector<std::string>()> classes;
};

struct Completion {
  std::vector<Suggestion> suggestions;
  bool files = false;  // a file or folder belongs here: the shell knows those
};

// `words` follow the program's name; the last is what has been typed of the word at the cursor, and
// may be empty. Suggestions begin with it, are sorted (options stand as --help has them), at most
// kSuggestionsMax.
Completion complete(const CommandNode& root, const std::vector<std::string>& words,
                    const CompletionSources& sources);

// A command line up to the cursor, as a shell splits it: quotes and backslashes are undone. The last
// word is the unfinished one.
std::vector<std::string> shell_words(std::string_view line);

// What bash is to insert: it replaces only what follows the last of `breaks` (COMP_WORDBREAKS) in the
// word being typed; characters that it would read are escaped.
std::string for_bash(const std::string& suggestion, std::string_view typed,
                     std::string_view breaks);

}  // namespace muster::cli
