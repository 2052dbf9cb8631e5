// Small things done to text. All are about ASCII: bytes of other characters pass as they are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace muster::base {

inline constexpr std::string_view kBlanks = " \t\r\n";

// Without `blanks` at both ends; a view into `text`.
std::string_view trimmed(std::string_view text, std::string_view blanks = kBlanks);

// A to Z as a to z.
std::string lower(std::string_view text);

// The parts between any of `blanks`; none of them is empty.
std::vector<std::string> words_of(std::string_view text, std::string_view blanks = kBlanks);

// What stands behind the last line feed, those at the very end left out; "" when there is nothing.
std::string_view last_line(std::string_view text);

}  // namespace muster::base
