// Output of a child as text that may travel.
#pragma once

#include <string>
#include <string_view>

namespace muster::plugins::shell {

struct OutputText {
  std::string text;          // UTF-8; each byte that is not became U+FFFD
  std::size_t left_out = 0;  // bytes of the output behind it that did not fit
};

// The beginning of `bytes`, at most `max_bytes` long as text.
OutputText output_text(std::string_view bytes, std::size_t max_bytes);

// How much of the front of `bytes` holds whole characters: what is cut at its end is the beginning
// of a character whose rest may still come.
std::size_t whole_characters(std::string_view bytes);

}  // namespace muster::plugins::shell
