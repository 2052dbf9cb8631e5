#include "plugins/agents/shell/output_text.hpp"

#include <algorithm>

#include "proto/base/utf8.hpp"

namespace muster::plugins::shell {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::size_t kLongestCharacter = 4;

// Bytes that a character with this first byte has; 1 for what begins none.
std::size_t promised_length(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if (byte >= 0xF0 && byte <= 0xF4) return 4;
  if (byte >= 0xE0 && byte < 0xF0) return 3;
  return byte >= 0xC2 && byte < 0xE0 ? 2 : 1;
}

}  // namespace

OutputText output_text(std::string_view bytes, std::size_t max_bytes) {
  OutputText out;
  while (!bytes.empty()) {
    const auto length = base::utf8_length(bytes);
    const auto piece = length > 0 ? bytes.substr(0, length) : kReplacement;
    if (out.text.size() + piece.size() > max_bytes) break;
    out.text += piece;
    bytes.remove_prefix(std::max<std::size_t>(length, 1));
  }
  out.left_out = bytes.size();
  return out;
}

std::size_t whole_characters(std::string_view bytes) {
  for (std::size_t back = 1; back < kLongestCharacter && back <= bytes.size(); ++back) {
    const auto at = bytes.size() - back;
    const bool continues = (static_cast<unsigned char>(bytes[at]) & 0xC0) == 0x80;
    if (continues) continue;
    return promised_length(bytes[at]) > back ? at : bytes.size();
  }
  return bytes.size();
}

}  // namespace muster::plugins::shell
