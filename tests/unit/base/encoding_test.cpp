#include "proto/base/encoding.hpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <set>

namespace muster::base {
namespace {

using ::testing::HasSubstr;

TEST(EncodingTest, HexIsLowerCase) {
  EXPECT_EQ(to_hex(std::string("\x00\xab\xff", 3)), "00abff");
}

TEST(EncodingTest, Base64AgreesWithRfc4648) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foo"), "Zm9v");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(to_base64("\xfb\xff"), "+/8=");
}

TEST(EncodingTest, Base64UrlHasItsOwnAlphabetAndNoPadding) {
  EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
  EXPECT_EQ(from_base64url("-_8"), "\xfb\xff");
}

TEST(EncodingTest, ForeignCharacterIsNamedByItsPlace) {
  const auto bytes = from_base64url("Zm9v+mFy");
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().code, Errc::invalid_data);
  EXPECT_THAT(bytes.error().message, HasSubstr("character 5"));
}

TEST(EncodingTest, PaddingAndCutTextAreRefused) {
  EXPECT_FALSE(from_base64url("Zg=="));
  EXPECT_FALSE(from_base64url("Zm9vY"));
  EXPECT_FALSE(from_base64url("Zh")) << "bits that belong to no byte";
}

TEST(EncodingTest, Base64UrlComesBackWhole) {
  rc::check("decode(encode(bytes)) is bytes", [](const std::string& bytes) {
    const auto back = from_base64url(to_base64url(bytes));
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == bytes);
  });
}

TEST(EncodingTest, EachTextDecodesToAtMostOneMeaning) {
  rc::check("what decodes encodes back to itself", [] {
    const auto text =
        *rc::gen::container<std::string>(rc::gen::element('A', 'B', 'g', 'w', '-', '_', '0', '9'));
    if (const auto bytes = from_base64url(text)) RC_ASSERT(to_base64url(*bytes) == text);
  });
}

TEST(EncodingTest, RandomIdsAreLongAndDiffer) {
  std::set<std::string> ids;
  for (int i = 0; i < 100; ++i) ids.insert(random_id());
  EXPECT_EQ(ids.size(), 100U);
  EXPECT_EQ(ids.begin()->size(), 32U);
  EXPECT_EQ(random_bytes(300).size(), 300U);
}

}  // namespace
}  // namespace muster::base
