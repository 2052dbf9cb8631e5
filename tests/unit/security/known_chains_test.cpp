#include "proto/security/known_chains.hpp"

#include <gmock/gmock.h>

#include "proto/x509/key.hpp"

namespace muster::security {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Sha256 digest_of(const std::string& text) {
  return *sha256_from(x509::sha256(text));
}

KnownChain chain_of(const std::string& leaf, const std::string& anchor = "ca") {
  return {digest_of(leaf), digest_of(anchor), 1'234'567'890'123};
}

TEST(KnownChainsTest, WhatIsWrittenIsReadSortedByLeaf) {
  const auto read = decode_known_chains(encode_known_chains({chain_of("n2"), chain_of("n1")}));
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_THAT(*read, SizeIs(2));
  EXPECT_LT(read->front().leaf, read->back().leaf);
  const auto& n1 = read->front().leaf == digest_of("n1") ? read->front() : read->back();
  EXPECT_EQ(n1.leaf, digest_of("n1"));
  EXPECT_EQ(n1.anchor, digest_of("ca"));
  EXPECT_EQ(n1.until_ms, 1'234'567'890'123);
}

TEST(KnownChainsTest, NothingIsAFileToo) {
  EXPECT_THAT(decode_known_chains(encode_known_chains({})).value(), IsEmpty());
}

TEST(KnownChainsTest, OfTwoOfOneLeafTheFirstCounts) {
  const auto read =
      decode_known_chains(encode_known_chains({chain_of("n1", "a"), chain_of("n1", "b")}));
  ASSERT_THAT(read.value(), SizeIs(1));
  EXPECT_EQ(read->front().anchor, digest_of("a"));
}

TEST(KnownChainsTest, MoreThanMayBeAreLeftOutFromTheEnd) {
  const std::vector<KnownChain> many(kKnownChainsMax, chain_of("same"));
  auto more = many;
  more.push_back(chain_of("the last"));
  const auto read = decode_known_chains(encode_known_chains(more)).value();
  ASSERT_THAT(read, SizeIs(1));
  EXPECT_EQ(read.front().leaf, digest_of("same"));
}

TEST(KnownChainsTest, EachByteThatIsDamagedIsNoticed) {
  const auto good = encode_known_chains({chain_of("n1")});
  for (std::size_t at = 0; at < good.size(); ++at) {
    auto damaged = good;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    const auto read = decode_known_chains(damaged);
    ASSERT_FALSE(read) << "byte " << at;
    EXPECT_EQ(read.error().code, Errc::invalid_data);
  }
}

TEST(KnownChainsTest, AFileThatIsCutShortOrHasMoreIsNoticed) {
  const auto good = encode_known_chains({chain_of("n1"), chain_of("n2")});
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_FALSE(decode_known_chains(std::string_view(good).substr(0, size))) << size;
  EXPECT_FALSE(decode_known_chains(good + "x"));
}

TEST(KnownChainsTest, AnotherFormIsSaidToBeOne) {
  auto other = encode_known_chains({});
  other[other.find('1')] = '2';
  EXPECT_THAT(decode_known_chains(other).error().message, HasSubstr("this version of Muster"));
}

TEST(KnownChainsTest, OtherBytesAreNoDigest) {
  EXPECT_FALSE(sha256_from("short"));
  EXPECT_FALSE(sha256_from(std::string(33, 'x')));
}

}  // namespace
}  // namespace muster::security
