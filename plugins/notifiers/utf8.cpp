#include "plugins/notifiers/utf8.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace muster::notifiers {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80;
}

// The length of the well-formed character at the start of `text`, 0 if there is none (RFC 3629: no
// overlong forms, no surrogates, nothing beyond U+10FFFF).
std::size_t character_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if (!continues(text[i])) return 0;
  const auto second = static_cast<unsigned char>(text[1]);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool outside = (first == 0xED && second >= 0xA0) || (first == 0xF4 && second >= 0x90);
  return overlong || outside ? 0 : length;
}

// U+0080 to U+009F are controls as well: terminals obey them.
bool control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
}

// U+FFFE and U+FFFF, which XML forbids.
bool forbidden(std::string_view character) {
  return character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF";
}

}  // namespace

std::string clean_utf8(std::string_view text, Lines lines) {
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    if (text.starts_with("\r\n")) text.remove_prefix(1);
    const auto length = character_length(text);
    const auto character = text.substr(0, length == 0 ? 1 : length);
    const char c = character[0];
    if (c == '\n' || c == '\r')
      clean += lines == Lines::keep ? '\n' : ' ';
    else if (c == '\t')
      clean += lines == Lines::keep ? '\t' : ' ';
    else if (length == 0 || control(character) || forbidden(character))
      clean += kReplacement;
    else
      clean += character;
    text.remove_prefix(character.size());
  }
  return clean;
}

std::string_view utf8_prefix(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  while (max_bytes > 0 && continues(text[max_bytes])) --max_bytes;
  return text.substr(0, max_bytes);
}

std::string cut_utf8(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  const auto kept = utf8_prefix(text, max_bytes);
  return fmt::format("{}\n… {} more bytes left out", kept, text.size() - kept.size());
}

}  // namespace muster::notifiers
