// How text travels in a mail: header words (RFC 2047) and bodies (RFC 2045).
#pragma once

#include <string>
#include <string_view>

namespace muster::notifiers::email {

// The value of a header field named `field`: printable ASCII that fits on the line as it is,
// everything else as UTF-8 encoded words, folded so that no line exceeds 76 characters. `text` must
// be one clean line (base::one_line); the result cannot end the field, whatever the text
// was.
std::string header_text(std::string_view field, std::string_view text);

// True when a body may travel as it is: ASCII and no line longer than 76 characters.
bool is_plain(std::string_view text);

// Line ends as CR LF, the last line ended.
std::string with_crlf(std::string_view text);

// Quoted-printable with CR LF line ends; no line exceeds 76 characters.
std::string quoted_printable(std::string_view text);

}  // namespace muster::notifiers::email
