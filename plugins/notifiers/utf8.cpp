#include "plugins/notifiers/utf8.hpp"

#include <fmt/format.h>

namespace muster::notifiers {
namespace {

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80;
}

}  // namespace

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
