#include "proto/base/code_points.hpp"

#include <algorithm>
#include <array>

#include "proto/base/utf8.hpp"

namespace muster::base {
namespace {

struct CharacterRange {
  char32_t first;
  char32_t last;
};

// In order. Default_Ignorable_Code_Point of Unicode 15 (DerivedCoreProperties.txt), and what its
// lines do not have: controls, separators, annotation, code points that are no characters.
constexpr std::array<CharacterRange, 20> kUnprintable{{
    {0x0000, 0x001f},    // C0
    {0x007f, 0x009f},    // DEL, C1
    {0x00ad, 0x00ad},    // soft hyphen
    {0x034f, 0x034f},    // combining grapheme joiner
    {0x061c, 0x061c},    // Arabic letter mark
    {0x115f, 0x1160},    // Hangul fillers
    {0x17b4, 0x17b5},    // Khmer inherent vowels
    {0x180b, 0x180f},    // Mongolian selectors, vowel separator
    {0x200b, 0x200f},    // zero-width characters, left-to-right and right-to-left mark
    {0x2028, 0x202e},    // line and paragraph separator, bidirectional embedding and override
    {0x2060, 0x206f},    // word joiner, invisible operators, bidirectional isolates
    {0x3164, 0x3164},    // Hangul filler
    {0xfdd0, 0xfdef},    // no characters
    {0xfe00, 0xfe0f},    // variation selectors
    {0xfeff, 0xfeff},    // byte order mark
    {0xffa0, 0xffa0},    // halfwidth Hangul filler
    {0xfff0, 0xfffb},    // unassigned, interlinear annotation
    {0x1bca0, 0x1bca3},  // shorthand format controls
    {0x1d173, 0x1d17a},  // musical symbols' beams and slurs
    {0xe0000, 0xe0fff},  // tags, variation selectors
}};

}  // namespace

CodePoint first_code_point(std::string_view text) {
  const auto bytes = utf8_length(text);
  if (bytes == 0) return {};
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (bytes == 1) return {byte(0), 1};
  // The first byte's payload: 5, 4 or 3 bits.
  char32_t value = byte(0) & (0xffU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) value = (value << 6U) | (byte(i) & 0x3fU);
  return {value, bytes};
}

bool is_unprintable(char32_t character) {
  if (character >= 0x20 && character < 0x7f) return false;
  const auto* const range =
      std::lower_bound(kUnprintable.begin(), kUnprintable.end(), character,
                       [](const CharacterRange& each, char32_t c) { return each.last < c; });
  if (range != kUnprintable.end() && character >= range->first) return true;
  return (character & 0xfffeU) == 0xfffe;  // the last two of each plane
}

}  // namespace muster::base
