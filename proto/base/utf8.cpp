#include "proto/base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace muster::base {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";
constexpr std::string_view kMark = "\xef\xbb\xbf";
constexpr std::string_view kMarkUtf16Little = "\xff\xfe";
constexpr std::string_view kMarkUtf16Big = "\xfe\xff";

void add_code_point(std::string& out, unsigned point) {
  const auto byte = [&](unsigned bits) { out += static_cast<char>(bits); };
  if (point < 0x80) return byte(point);
  if (point < 0x800) {
    byte(0xc0 | point >> 6);
  } else if (point < 0x10000) {
    byte(0xe0 | point >> 12);
    byte(0x80 | (point >> 6 & 0x3f));
  } else {
    byte(0xf0 | point >> 18);
    byte(0x80 | (point >> 12 & 0x3f));
    byte(0x80 | (point >> 6 & 0x3f));
  }
  byte(0x80 | (point & 0x3f));
}

// What is no character becomes a surrogate, which is not UTF-8 either: the caller finds it.
std::string from_utf16(std::string_view bytes, bool little) {
  std::string out;
  const auto unit = [&](std::size_t at) {
    const auto first = static_cast<unsigned char>(bytes[at]);
    const auto second = static_cast<unsigned char>(bytes[at + 1]);
    return little ? second * 256U + first : first * 256U + second;
  };
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
    const auto high = unit(at);
    const auto low = high >> 10 == 0x36 && at + 3 < bytes.size() ? unit(at + 2) : 0U;
    const bool pair = low >> 10 == 0x37;
    add_code_point(out, pair ? 0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff) : high);
    if (pair) at += 2;
  }
  return out;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto in = [&](std::size_t i, unsigned low, unsigned high) {
    return byte(i) >= low && byte(i) <= high;
  };
  if (text.empty()) return 0;
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return in(1, 0x80, 0xbf) ? 2 : 0;
  const unsigned low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const unsigned high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (!in(1, low, high) || !in(2, 0x80, 0xbf)) return 0;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 && in(3, 0x80, 0xbf) ? 4 : 0;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string as_utf8(std::string_view text, std::size_t max_bytes) {
  std::string out;
  while (!text.empty()) {
    const auto length = utf8_length(text);
    const auto character = length == 0 ? kReplacement : text.substr(0, length);
    if (out.size() + character.size() > max_bytes) break;
    out += character;
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

std::string_view utf8_prefix(std::string_view text, std::size_t max_bytes) {
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80; };
  if (text.size() <= max_bytes) return text;
  while (max_bytes > 0 && continues(text[max_bytes])) --max_bytes;
  return text.substr(0, max_bytes);
}

std::string cut_utf8(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  const auto kept = utf8_prefix(text, max_bytes);
  return fmt::format("{}\n… {} more bytes left out", kept, text.size() - kept.size());
}

std::string_view without_mark(std::string_view text) {
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  return text;
}

DecodedText decode_text(std::string_view bytes) {
  const bool little = bytes.starts_with(kMarkUtf16Little);
  if (little || bytes.starts_with(kMarkUtf16Big))
    return decode_text(from_utf16(bytes.substr(kMarkUtf16Big.size()), little));
  DecodedText decoded;
  for (auto rest = without_mark(bytes); !rest.empty();) {
    const auto length = utf8_length(rest);
    if (length == 0 && decoded.wrong_line == 0)
      decoded.wrong_line =
          1 + static_cast<std::size_t>(std::count(decoded.text.begin(), decoded.text.end(), '\n'));
    decoded.text += length == 0 ? kReplacement : rest.substr(0, length);
    rest.remove_prefix(length == 0 ? 1 : length);
  }
  return decoded;
}

}  // namespace muster::base
