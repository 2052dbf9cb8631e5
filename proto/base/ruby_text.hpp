// What Ruby's scalars and numbers are read with alike. Internal to this library.
#pragma once

#include <string>
#include <string_view>

namespace muster::base {

inline constexpr std::string_view kRubyDigits = "0123456789";

inline bool is_ruby_digit(char c) {
  return c >= '0' && c <= '9';
}
inline bool only_of(std::string_view text, std::string_view set) {
  return text.find_first_not_of(set) == std::string_view::npos;
}
inline std::string without(std::string_view text, std::string_view unwanted) {
  std::string out(text);
  std::erase_if(out, [&](char c) { return unwanted.find(c) != std::string_view::npos; });
  return out;
}

}  // namespace muster::base
