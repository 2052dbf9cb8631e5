#include "plugins/notifiers/email/encoding.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/encoding.hpp"
#include "proto/base/utf8.hpp"

namespace muster::notifiers::email {
namespace {

constexpr std::size_t kLineMaxBytes = 76;
// "=?UTF-8?B?" + 52 characters of base64 + "?=": 64 bytes, short enough to follow "Subject: " on
// its line.
constexpr std::size_t kWordMaxBytes = 39;

bool printable_ascii(char c) {
  return c >= 0x20 && c < 0x7F;
}

void append_quoted_line(std::string_view line, std::string& out) {
  std::size_t column = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    // White space at the end of a line is lost on the way.
    const bool last_blank = (c == ' ' || c == '\t') && i + 1 == line.size();
    const bool literal =
        (printable_ascii(c) && c != '=' && !last_blank) || (c == '\t' && !last_blank);
    const std::string piece =
        literal ? std::string(1, c) : fmt::format("={:02X}", static_cast<unsigned char>(c));
    if (column + piece.size() > kLineMaxBytes - 1) {
      out += "=\r\n";
      column = 0;
    }
    out += piece;
    column += piece.size();
  }
  out += "\r\n";
}

// Calls `line` with each line of `text`, line ends removed; a line end at the very end begins no
// further line.
template <class Function>
void each_line(std::string_view text, Function line) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    line(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::string header_text(std::string_view field, std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), printable_ascii) &&
                     field.size() + 2 + text.size() <= kLineMaxBytes &&
                     text.find("=?") == std::string_view::npos;
  if (plain) return std::string(text);
  std::string words;
  while (!text.empty()) {
    const auto piece = base::utf8_prefix(text, kWordMaxBytes);
    if (!words.empty()) words += "\r\n ";
    words += fmt::format("=?UTF-8?B?{}?=", base::to_base64(piece));
    text.remove_prefix(piece.size());
  }
  return words;
}

bool is_plain(std::string_view text) {
  bool plain = true;
  each_line(text, [&](std::string_view line) {
    plain = plain && line.size() <= kLineMaxBytes &&
            std::all_of(line.begin(), line.end(),
                        [](char c) { return printable_ascii(c) || c == '\t'; });
  });
  return plain;
}

std::string with_crlf(std::string_view text) {
  std::string out;
  each_line(text, [&](std::string_view line) { out.append(line).append("\r\n"); });
  return out;
}

std::string quoted_printable(std::string_view text) {
  std::string out;
  each_line(text, [&](std::string_view line) { append_quoted_line(line, out); });
  return out;
}

}  // namespace muster::notifiers::email
