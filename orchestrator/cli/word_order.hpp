// Options in front of the command that they belong to: "muster puppet -I n1 status".
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace muster::cli {

// `words`, in the order typed, with each option that a group does not know itself, but a command below it does, moved
// behind that command's name, with its value. As they are where no command follows, or a word is unknown: then the
// parser says what is wrong.
std::vector<std::string> options_behind_commands(const CLI::App& root,
                                                 std::vector<std::string> words);

}  // namespace muster::cli
