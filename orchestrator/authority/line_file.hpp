// Lists to which lines are only ever added, by several processes at once. Internal.
#pragma once

#include <filesystem>
#include <string_view>

#include "proto/base/result.hpp"

namespace muster::authority {

// Adds `line` and a line break, on disk when it returns. The file is made (0600) if needed. One write
// under a lock: two processes do not mix their lines; what a crash left without its end stays a line
// of its own. Errc::limit when the file would exceed `max_bytes`.
Status append_line(const std::filesystem::path& file, std::string_view line, std::size_t max_bytes);

}  // namespace muster::authority
