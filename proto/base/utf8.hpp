// UTF-8: what may travel in a message's text. Protobuf drops a whole message for one wrong byte, so
// text from outside (a program's output, a file) passes here first.
#pragma once

#include <string>
#include <string_view>

namespace muster::base {

// Bytes of the well-formed character at the front of `text` (Unicode 15, table 3-7); 0: there is none.
std::size_t utf8_length(std::string_view text);

bool is_utf8(std::string_view text);

// `text` with U+FFFD in place of each byte that is not UTF-8, cut between two characters so that it
// has at most `max_bytes` bytes.
std::string as_utf8(std::string_view text, std::size_t max_bytes);

}  // namespace muster::base
