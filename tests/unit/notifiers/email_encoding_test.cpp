#include "plugins/notifiers/email/encoding.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::notifiers::email {
namespace {

TEST(HeaderTextTest, ShortAsciiTravelsAsItIs) {
  EXPECT_EQ(header_text("Subject", "web1 is in production"), "web1 is in production");
}

TEST(HeaderTextTest, OtherTextIsEncoded) {
  EXPECT_EQ(header_text("Subject", "Grüße"), "=?UTF-8?B?R3LDvMOfZQ==?=");
}

TEST(HeaderTextTest, TextThatLooksEncodedIsEncoded) {
  EXPECT_EQ(header_text("Subject", "=?x?="), "=?UTF-8?B?PT94Pz0=?=");
}

TEST(HeaderTextTest, LongTextIsFoldedBetweenCharactersWithinTheLineLimit) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "ü";
  const auto value = "Subject: " + header_text("Subject", text);
  std::size_t start = 0;
  for (;;) {
    const auto end = value.find("\r\n", start);
    EXPECT_LE(std::min(end, value.size()) - start, 76U);
    if (end == std::string::npos) break;
    EXPECT_EQ(value[end + 2], ' ') << "a line that is no continuation would be a header";
    start = end + 2;
  }
  // 39 bytes hold 19 of the two-byte characters: no half one in any word.
  EXPECT_THAT(value,
              testing::StartsWith(
                  "Subject: =?UTF-8?B?w7zDvMO8w7zDvMO8w7zDvMO8w7zDvMO8w7zDvMO8w7zDvMO8w7w=?="));
}

TEST(QuotedPrintableTest, EncodesWhatIsNotPrintableAndEqualsSigns) {
  EXPECT_EQ(quoted_printable("a=ü\n"), "a=3D=C3=BC\r\n");
}

TEST(QuotedPrintableTest, KeepsBlanksAtTheEndOfALine) {
  EXPECT_EQ(quoted_printable("a \nb\t"), "a=20\r\nb=09\r\n");
}

TEST(QuotedPrintableTest, BreaksLongLinesSoftlyAndNeverWithinACode) {
  const auto text = quoted_printable(std::string(74, 'x') + "üyz");
  EXPECT_EQ(text, std::string(74, 'x') + "=\r\n=C3=BCyz\r\n");
}

TEST(BodyTest, IsPlainOnlyWhenAsciiWithShortLines) {
  EXPECT_TRUE(is_plain("one\ntwo\n"));
  EXPECT_TRUE(is_plain(""));
  EXPECT_FALSE(is_plain("ü"));
  EXPECT_FALSE(is_plain(std::string(77, 'x')));
}

TEST(BodyTest, LinesEndInCrLf) {
  EXPECT_EQ(with_crlf("a\n\nb"), "a\r\n\r\nb\r\n");
  EXPECT_EQ(with_crlf(""), "");
}

}  // namespace
}  // namespace muster::notifiers::email
