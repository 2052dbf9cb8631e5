// Manual pages from the same tree as --help, so that the two cannot differ.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/cli/command_tree.hpp"

namespace muster::cli {

struct ManPage {
  std::string file;  // "muster-rpc.1"
  std::string text;  // roff, man(7)
};

// muster.1 and one for each command; commands below a command stand on its page.
std::vector<ManPage> man_pages(const CommandNode& root, std::string_view version);

// Text as roff reads it literally.
std::string roff(std::string_view text);

}  // namespace muster::cli
