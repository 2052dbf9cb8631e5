// Text cut to what a mail or a chat message may hold. base::printable has gone before: mail headers
// and XML allow neither control characters nor broken UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace muster::notifiers {

// The longest prefix of at most `max_bytes` that ends between two characters of the valid UTF-8
// `text`.
std::string_view utf8_prefix(std::string_view text, std::size_t max_bytes);

// `text` cut to `max_bytes`, saying at its end how much is missing.
std::string cut_utf8(std::string_view text, std::size_t max_bytes);

}  // namespace muster::notifiers
