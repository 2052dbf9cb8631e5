#include "plugins/notifiers/email/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::notifiers::email {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kTime = 1'795'242'364'000;  // 2026-11-21T06:26:04Z

std::string format(const std::string& subject, const std::string& text,
                   const std::string& id = "id-1") {
  return format_message("muster@example.com", "ops@example.com", {id, subject, text, {}}, kTime);
}

// What stands before the empty line.
std::string headers(const std::string& message) {
  return message.substr(0, message.find("\r\n\r\n") + 2);
}

TEST(MessageTest, HasTheHeadersOfTheStandard) {
  EXPECT_EQ(format("node ready", "all\nwell"),
            "Date: Sat, 21 Nov 2026 06:26:04 +0000\r\n"
            "From: Muster <muster@example.com>\r\n"
            "To: <ops@example.com>\r\n"
            "Subject: node ready\r\n"
            "Message-ID: <id-1@example.com>\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: 7bit\r\n"
            "\r\n"
            "all\r\nwell\r\n");
}

TEST(MessageTest, NothingInSubjectOrIdBecomesAHeader) {
  const std::string attack = "x\r\nBcc: spy@example.com\r\n\r\nbody";
  const auto head = headers(format(attack, "t", attack));
  EXPECT_THAT(head, Not(HasSubstr("\nBcc:")));
  EXPECT_EQ(std::count(head.begin(), head.end(), '\n'), 9);
}

TEST(MessageTest, ALineEndHiddenInUnicodeIsNoLineEnd) {
  // U+010A and U+0A0D end in the bytes of CR and LF in UTF-16; U+2028 is a line separator.
  const auto head = headers(format("a\u010A\u0A0D\u2028Bcc: x", "t"));
  EXPECT_EQ(std::count(head.begin(), head.end(), '\n'), 9);
}

TEST(MessageTest, NothingInItSteersTheTerminalOfItsReader) {
  const auto message = format("a\u202eb", "\x1b[2J\u009b\x7f\rBcc: x");
  EXPECT_THAT(message, HasSubstr("Subject: a\\u202eb\r\n"));
  EXPECT_THAT(message, EndsWith("\r\n\r\n\\x1b[2J\\u009b\\x7f\\x0dBcc: x\r\n"));
}

TEST(MessageTest, OtherThanAsciiIsQuotedPrintable) {
  const auto message = format("s", "Grüße\n.\n");
  EXPECT_THAT(message, HasSubstr("Content-Transfer-Encoding: quoted-printable\r\n"));
  EXPECT_THAT(message, EndsWith("\r\n\r\nGr=C3=BC=C3=9Fe\r\n.\r\n"));
}

TEST(MessageTest, DifferentIdsGiveDifferentMessageIds) {
  EXPECT_EQ(message_id("node/web1 ü", "x.org"), "node%2Fweb1%20%C3%BC@x.org");
  EXPECT_EQ(message_id("a.b", "x.org"), "a%2Eb@x.org") << "dots in a row are not allowed";
  EXPECT_NE(message_id("a%2Eb", "x.org"), message_id("a.b", "x.org"));
}

}  // namespace
}  // namespace muster::notifiers::email
