// UTF-8: what may travel in a message's text. Protobuf drops a whole message for one wrong byte, so
// text from outside (a program's output, a file) passes here first.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace muster::base {

// Bytes of the well-formed character at the front of `text` (Unicode 15, table 3-7); 0: there is none.
std::size_t utf8_length(std::string_view text);

bool is_utf8(std::string_view text);

// `text` with U+FFFD in place of each byte that is not UTF-8, cut between two characters so that it
// has at most `max_bytes` bytes.
std::string as_utf8(std::string_view text, std::size_t max_bytes);

// The longest prefix of at most `max_bytes` that ends between two characters of the valid UTF-8
// `text`.
std::string_view utf8_prefix(std::string_view text, std::size_t max_bytes);

// Valid UTF-8 cut to `max_bytes`, saying at its end, beyond these, how much is missing.
std::string cut_utf8(std::string_view text, std::size_t max_bytes);

// A text file or a program's output, whatever its bytes are.
struct DecodedText {
  std::string text;            // UTF-8, U+FFFD in place of each byte that is not
  std::size_t wrong_line = 0;  // the first line, from 1, with such a byte; 0: there is none
};
// Takes off the byte order mark that editors put in front of UTF-8, and reads UTF-16 behind its own.
DecodedText decode_text(std::string_view bytes);
// The same for text that is UTF-8: a view without the byte order mark.
std::string_view without_mark(std::string_view text);

}  // namespace muster::base
