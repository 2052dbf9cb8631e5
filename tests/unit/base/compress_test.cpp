#include "proto/base/compress.hpp"

#include <gtest/gtest.h>

namespace muster::base {
namespace {

constexpr std::size_t kRoom = 10 * 1024 * 1024;

TEST(CompressTest, WhatWasCompressedComesBack) {
  for (const auto& text :
       {std::string(), std::string("x"), std::string(1'000'000, 'x'), std::string("\0\xff\0", 3)}) {
    const auto small = compress(text);
    ASSERT_TRUE(small);
    EXPECT_EQ(decompress(*small, kRoom), text);
  }
}

TEST(CompressTest, WhatWouldBecomeLargerThanTheLimitIsRefused) {
  const auto bomb = compress(std::string(kRoom, 'x')).value();
  EXPECT_TRUE(decompress(bomb, kRoom));
  const auto refused = decompress(bomb, kRoom - 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::limit);
}

TEST(CompressTest, WhatIsDamagedOrNotWholeOrHasMoreBehindItIsRefused) {
  const auto good = compress("a text that is long enough to be damaged").value();
  auto damaged = good;
  damaged[damaged.size() / 2] ^= 0x40;
  for (const auto& bad : {std::string(), std::string("no zlib"), damaged,
                          good.substr(0, good.size() - 1), good + "x", good + good}) {
    const auto refused = decompress(bad, kRoom);
    ASSERT_FALSE(refused) << bad.size();
    EXPECT_EQ(refused.error().code, Errc::invalid_data);
  }
}

}  // namespace
}  // namespace muster::base
