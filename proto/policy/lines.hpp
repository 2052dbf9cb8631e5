// Reading policies and groups line by line.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::policy {

// Calls `read` for every line that is neither empty nor a comment ('#' as its first character); a
// UTF-8 byte order mark at the start is skipped. The first error, its own or that of a control
// character, ends it and gets "FILE:LINE: " in front.
Status each_line(std::string_view text, std::string_view file,
                 const std::function<Status(int number, std::string_view line)>& read);

// The parts between `separators`; several in a row count as one.
std::vector<std::string> split(std::string_view text, std::string_view separators);

}  // namespace muster::policy
