// What `muster completion SHELL` prints. The scripts only ask `muster complete`.
#pragma once

#include <string_view>

namespace muster::cli {

std::string_view bash_script();
std::string_view zsh_script();

}  // namespace muster::cli
