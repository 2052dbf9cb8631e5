// Just enough of C++ to find where functions begin and end.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace muster::tidy {

struct Function {
  std::size_t line = 0;   // of its opening brace
  std::size_t lines = 0;  // from there to its closing one
};

// The same text, of the same length in lines, with comments, literals and preprocessor lines
// blanked.
std::string without_literals(std::string_view text);

// Outermost functions; a lambda counts to the one around it. clang-format has made the text
// regular.
std::vector<Function> functions_in(std::string_view text);

// What stands between quotes or angle brackets of each #include.
std::vector<std::string> includes_in(std::string_view text);

}  // namespace muster::tidy
