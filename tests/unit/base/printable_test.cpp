#include "proto/base/printable.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "proto/base/utf8.hpp"

namespace muster::base {
namespace {

struct Case {
  const char* what;
  std::string text;
  std::string shown;  // by printable()
  std::string json;   // within the quotes of a JSON string
};

std::vector<Case> hostile() {
  return {
      {"NUL", std::string("\0", 1), "\\x00", "\\u0000"},
      {"escape", "\x1b[2J", "\\x1b[2J", "\\u001b[2J"},
      {"carriage return alone", "a\rb", "a\\x0db", "a\\rb"},
      {"DEL", "\x7f", "\\x7f", "\\u007f"},
      {"CSI of C1", "\u009b2J", "\\u009b2J", "\\u009b2J"},
      {"next line of C1", "\u0085", "\\u0085", "\\u0085"},
      {"right-to-left override", "\u202e", "\\u202e", "\\u202e"},
      {"left-to-right mark", "\u200e", "\\u200e", "\\u200e"},
      {"Arabic letter mark", "\u061c", "\\u061c", "\\u061c"},
      {"isolate", "\u2066x\u2069", "\\u2066x\\u2069", "\\u2066x\\u2069"},
      {"line separator", "\u2028", "\\u2028", "\\u2028"},
      {"paragraph separator", "\u2029", "\\u2029", "\\u2029"},
      {"byte order mark", "\ufeff", "\\ufeff", "\\ufeff"},
      {"zero-width space", "a\u200bb", "a\\u200bb", "a\\u200bb"},
      {"soft hyphen", "\u00ad", "\\u00ad", "\\u00ad"},
      {"word joiner", "\u2060", "\\u2060", "\\u2060"},
      {"Hangul filler", "\u3164", "\\u3164", "\\u3164"},
      {"variation selector", "\ufe0f", "\\ufe0f", "\\ufe0f"},
      {"tag", "\U000e0041", "\\U000e0041", "\\udb40\\udc41"},
      {"no character", "\uffff", "\\uffff", "\\uffff"},
      {"no character of plane 1", "\U0001fffe", "\\U0001fffe", "\\ud83f\\udffe"},
      {"interlinear annotation", "\ufff9", "\\ufff9", "\\ufff9"},
  };
}

TEST(PrintableTest, WhatATerminalObeysOrHidesIsEscaped) {
  for (const auto& each : hostile()) EXPECT_EQ(printable(each.text), each.shown) << each.what;
}

TEST(PrintableTest, JsonEscapesTheSameCharactersAndKeepsTheValue) {
  for (const auto& each : hostile()) {
    const Value value = {{each.text, each.text}};
    EXPECT_EQ(json_text(value), "{\"" + each.json + "\":\"" + each.json + "\"}") << each.what;
    EXPECT_EQ(Value::parse(json_text(value)), value) << each.what;
    EXPECT_EQ(Value::parse(json_text(value, 2)), value) << each.what;
  }
}

TEST(PrintableTest, TextOfEveryScriptStaysAsItIs) {
  for (const auto* text : {"", "plain ~ text", "Grüße, 世界 🎉", "שלום", "مرحبا", "C:\\x1b"}) {
    EXPECT_EQ(printable(text), text);
    EXPECT_EQ(one_line(text), text);
    EXPECT_EQ(Value::parse(json_text(Value(text))), Value(text));
  }
  EXPECT_EQ(json_text(Value("世界")), "\"世界\"");
}

TEST(PrintableTest, BytesThatAreNotUtf8AreShownOneByOne) {
  EXPECT_EQ(printable("\x9b\xc3("), "\\x9b\\xc3(") << "a C1 control alone, a character cut off";
  EXPECT_EQ(printable("\xc0\xaf\xed\xa0\x80"), "\\xc0\\xaf\\xed\\xa0\\x80");
  EXPECT_EQ(json_text(Value("\xff")), "\"\ufffd\"");
}

TEST(PrintableTest, LineEndsStayOrBecomeBlanksOrAreShown) {
  EXPECT_EQ(printable("a\r\nb\n\tc\n"), "a\nb\n\tc\n");
  EXPECT_EQ(one_line("a\r\nb\n\tc\r\n\n"), "a b  c");
  EXPECT_EQ(printable("a\r\nb\n\tc\n", Lines::escape), "a\\nb\\n\\tc\\n");
}

TEST(PrintableTest, QuotedTextCannotEndItsQuotes) {
  EXPECT_EQ(printable_quoted("a\"b\\\x1b\n", "\"\\"), "a\\\"b\\\\\\x1b\\n");
}

TEST(PrintableTest, NoByteOfAnyValuePassesThatIsNotPrintable) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  for (const auto& text : {printable(all), one_line(all), json_text(Value(all))}) {
    EXPECT_TRUE(is_utf8(text));
    for (const char c : text)
      EXPECT_TRUE(c == '\n' || c == '\t' || (c >= 0x20 && c != 0x7f) || (c & '\x80') != 0) << +c;
  }
}

TEST(PrintableTest, WhatWasMadePrintableStaysAsItIs) {
  for (const auto& each : hostile()) EXPECT_EQ(printable(printable(each.text)), each.shown);
}

}  // namespace
}  // namespace muster::base
