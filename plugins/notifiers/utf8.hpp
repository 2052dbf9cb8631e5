// Text from anywhere made fit to send: mail headers and XML allow neither control characters nor
// broken UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace muster::notifiers {

enum class Lines { keep, join };

// Valid UTF-8 whatever comes in: each byte that is not becomes U+FFFD, as does each control
// character but tab and line feed (CR LF and CR become LF). With Lines::join both of these become a
// space: the result is one line.
std::string clean_utf8(std::string_view text, Lines lines);

// The longest prefix of at most `max_bytes` that ends between two characters of the valid UTF-8
// `text`.
std::string_view utf8_prefix(std::string_view text, std::size_t max_bytes);

// `text` cut to `max_bytes`, saying at its end how much is missing.
std::string cut_utf8(std::string_view text, std::size_t max_bytes);

}  // namespace muster::notifiers
