// The formats of aggregates: printf's, as far as it is harmless. Read once, never handed to printf.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::ddl {

inline constexpr std::size_t kFormatMaxWidth = 200;     // columns
inline constexpr std::size_t kFormatMaxPrecision = 20;  // digits of %f, characters of %s
inline constexpr std::size_t kFormatMaxBytes = 500;

// "%-10s": text before it, then one value.
struct Directive {
  std::string before;
  char conversion = 's';  // s, d or f
  bool left = false;      // '-'
  bool zeros = false;     // '0': numbers only
  std::size_t width = 0;
  std::optional<std::size_t> precision;
};

struct Format {
  std::vector<Directive> directives;
  std::string after;  // text behind the last
};

// %s, %d and %f with '-', '0', width and precision, and %% for a percent sign. Anything else is
// Errc::invalid_data that names the place: "'%x' at column 4: only %s, %d, %f and %% are known".
Result<Format> parse_format(std::string_view text);

}  // namespace muster::ddl
