#include "proto/base/encoding.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <array>
#include <cstdint>
#include <cstdlib>

namespace muster::base {
namespace {

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encode(std::string_view bytes, std::string_view alphabet, bool pad) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : bytes) {
    bits = (bits << 8) | static_cast<unsigned char>(c);
    for (held += 8; held >= 6; held -= 6) text += alphabet[(bits >> (held - 6)) & 63U];
  }
  if (held > 0) text += alphabet[(bits << (6 - held)) & 63U];
  while (pad && text.size() % 4 != 0) text += '=';
  return text;
}

}  // namespace

std::string to_hex(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

std::string to_base64(std::string_view bytes) {
  return encode(bytes, kStandard, true);
}
std::string to_base64url(std::string_view bytes) {
  return encode(bytes, kUrl, false);
}

Result<std::string> from_base64url(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int held = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digit = kUrl.find(text[i]);
    if (digit == std::string_view::npos)
      return fail(Errc::invalid_data, fmt::format("not base64url at character {}", i + 1));
    bits = (bits << 6) | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes += static_cast<char>((bits >> held) & 255U);
    }
  }
  const bool loose_bits = held >= 6 || (bits & ((1U << held) - 1U)) != 0;
  if (loose_bits) return fail(Errc::invalid_data, "base64url text is cut off");
  return bytes;
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  std::size_t have = 0;
  while (have < count) {
    const auto got = ::getrandom(bytes.data() + have, count - have, 0);
    // Only EINTR can happen for requests of this size on a supported kernel.
    if (got > 0) have += static_cast<std::size_t>(got);
  }
  return bytes;
}

std::string random_id() {
  return to_hex(random_bytes(16));
}

}  // namespace muster::base
