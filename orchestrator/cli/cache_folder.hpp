// Where commands keep what they would otherwise ask or work out again. Whoever deletes it loses time, nothing else.
#pragma once

#include <filesystem>
#include <string_view>

namespace muster::cli {

// $XDG_CACHE_HOME/muster/NAME or ~/.cache/muster/NAME; empty where there is no home.
std::filesystem::path cache_folder(std::string_view name);

}  // namespace muster::cli
