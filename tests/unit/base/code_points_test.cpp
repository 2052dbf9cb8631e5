#include "proto/base/code_points.hpp"

#include <gtest/gtest.h>

namespace muster::base {
namespace {

TEST(CodePointsTest, TheFirstCharacterHasItsNumberAndLength) {
  const struct {
    const char* text;
    char32_t value;
    std::size_t bytes;
  } cases[] = {{"a", 0x61, 1}, {"é", 0xe9, 2}, {"€x", 0x20ac, 3},     {"😀", 0x1f600, 4},
               {"", 0, 0},     {"\x9b", 0, 0}, {"\xed\xa0\x80", 0, 0}};
  for (const auto& each : cases) {
    EXPECT_EQ(first_code_point(each.text).value, each.value) << each.text;
    EXPECT_EQ(first_code_point(each.text).bytes, each.bytes) << each.text;
  }
}

TEST(CodePointsTest, TheRangesEndWhereTheySay) {
  const struct {
    char32_t first;
    char32_t last;
  } ranges[] = {{0x80, 0x9f},     {0x200b, 0x200f}, {0x2028, 0x202e},
                {0x2060, 0x206f}, {0xfe00, 0xfe0f}, {0xe0000, 0xe0fff}};
  for (const auto& each : ranges) {
    EXPECT_TRUE(is_unprintable(each.first));
    EXPECT_TRUE(is_unprintable(each.last));
    EXPECT_FALSE(is_unprintable(each.last + 1)) << static_cast<std::uint32_t>(each.last);
  }
  EXPECT_FALSE(is_unprintable(0x200a));
  EXPECT_FALSE(is_unprintable(0x2027));
  EXPECT_TRUE(is_unprintable(0x10ffff));
}

}  // namespace
}  // namespace muster::base
