// What the JSON library says of a text, in words for people.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace muster::base {

// Without "[json.exception.parse_error.101] "; line and column stay. A view of `told`.
inline std::string_view json_problem(std::string_view told) {
  const auto end = told.find("] ");
  if (told.starts_with("[json.exception.") && end != std::string_view::npos)
    told.remove_prefix(end + 2);
  return told;
}

// The line, from 1, that holds the byte the library complains of (parse_error::byte).
inline std::ptrdiff_t line_of_byte(std::string_view text, std::size_t byte) {
  const auto before = text.substr(0, byte);
  return std::count(before.begin(), before.end(), '\n') + 1;
}

}  // namespace muster::base
