// Characters by their numbers.
#pragma once

#include <cstddef>
#include <string_view>

namespace muster::base {

struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 0;  // 0: `text` is empty or does not begin with a well-formed character
};

// The character at the front of UTF-8 `text`.
CodePoint first_code_point(std::string_view text);

// Whether a terminal or viewer obeys or hides the character, or shows its neighbours in another order;
// printable.hpp lists which. Line feed and tab are among them.
bool is_unprintable(char32_t character);

}  // namespace muster::base
