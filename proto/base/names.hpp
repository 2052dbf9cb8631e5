// Names that become topic levels, and the edge where every one of them is checked.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/result.hpp"

namespace muster::base {

inline constexpr std::size_t kNameMaxBytes = 255;

// A node's identity is its Puppet certname: lower case letters, digits, '.', '-', '_'; a letter or digit
// first, at most kNameMaxBytes. Upper case is an error, as Puppet refuses it; the message has the name
// that may have been meant.
Status check_identity(std::string_view identity);
// Agents, actions, steps, collectives: [a-z][a-z0-9_-]*.
Status check_word(std::string_view what, std::string_view word);
// Callers: the common name of an operator certificate: [A-Za-z0-9_.-]+.
Status check_caller(std::string_view caller);

// `text` in quotes, for messages: printable (printable.hpp), quotes and backslashes in it behind a
// backslash, cut to 80 bytes. In double quotes when it holds single ones.
std::string quoted(std::string_view text);
// Otherwise std::quoted would be the better match for a std::string wherever <iomanip> is included.
inline std::string quoted(const std::string& text) {
  return quoted(std::string_view(text));
}
inline std::string quoted(const char* text) {
  return quoted(std::string_view(text));
}

}  // namespace muster::base
