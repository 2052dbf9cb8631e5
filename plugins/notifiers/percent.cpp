#include "plugins/notifiers/percent.hpp"

#include <fmt/format.h>

#include <charconv>

#include "proto/base/names.hpp"

namespace muster::notifiers {

Result<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    unsigned byte = 0;
    const auto digits = text.substr(i + 1, 2);
    const auto end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, byte, 16);
    if (digits.size() != 2 || read.ec != std::errc() || read.ptr != end)
      return fail(Errc::config, fmt::format("{}: '%' must be followed by two hexadecimal digits",
                                            base::quoted(text)));
    decoded += static_cast<char>(byte);
    i += 2;
  }
  return decoded;
}

}  // namespace muster::notifiers
