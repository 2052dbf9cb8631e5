#include "proto/base/names.hpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>

namespace muster::base {
namespace {

using ::testing::HasSubstr;

TEST(NamesTest, CertnamesAreIdentities) {
  for (const auto* name : {"web1", "web-1.example.com", "0", "a_b"})
    EXPECT_TRUE(check_identity(name)) << name;
}

TEST(NamesTest, WhatPuppetRefusesIsNoIdentity) {
  for (const auto* name :
       {"", "Web1", ".hidden", "-x", "_x", "a/b", "a+b", "#", "a b", "a\nb", "ü"}) {
    const auto status = check_identity(name);
    ASSERT_FALSE(status) << name;
    EXPECT_EQ(status.error().code, Errc::invalid_data);
  }
}

TEST(NamesTest, RefusalShowsTheValueWithoutItsControlCharacters) {
  EXPECT_THAT(check_identity("a\x1b[31m").error().message, HasSubstr("'a\\x1b[31m'"));
}

TEST(NamesTest, WhoTypedCapitalLettersIsToldTheNameWithoutThem) {
  EXPECT_THAT(check_identity("Web1.Example.com").error().message,
              HasSubstr("did you mean 'web1.example.com'?"));
  EXPECT_THAT(check_identity("Web 1").error().message, testing::Not(HasSubstr("did you mean")));
}

TEST(NamesTest, LengthHasALimit) {
  EXPECT_TRUE(check_identity(std::string(kNameMaxBytes, 'a')));
  const auto status = check_identity(std::string(kNameMaxBytes + 1, 'a'));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Errc::limit);
}

TEST(NamesTest, WordsAreLowerCase) {
  EXPECT_TRUE(check_word("agent", "rpcutil"));
  EXPECT_TRUE(check_word("step", "pick-master"));
  EXPECT_THAT(check_word("agent", "RPC").error().message, HasSubstr("agent 'RPC'"));
  EXPECT_FALSE(check_word("agent", "_x"));
}

TEST(NamesTest, CallersMayHaveUpperCase) {
  EXPECT_TRUE(check_caller("Alice.Smith"));
  EXPECT_FALSE(check_caller("alice/admin"));
  EXPECT_FALSE(check_caller("alice bob"));
}

TEST(NamesTest, QuotedIsShortAndPrintable) {
  EXPECT_EQ(quoted("it's"), "\"it's\"");
  EXPECT_EQ(quoted("it's \"so\""), R"('it\'s "so"')");
  EXPECT_EQ(quoted(std::string(81, 'x')), "'" + std::string(80, 'x') + "…'");
  EXPECT_EQ(quoted("a\u202e\u009b\n\xff"), "'a\\u202e\\u009b\\n\\xff'");
  EXPECT_EQ(quoted(std::string(79, 'x') + "ü"), "'" + std::string(79, 'x') + "…'")
      << "cut between characters";
}

TEST(NamesTest, NoAcceptedNameCanForgeATopic) {
  rc::check("accepted names hold no topic character", [](const std::string& text) {
    const bool harmless = text.find_first_of(std::string_view("/+#\0", 4)) == std::string::npos;
    RC_ASSERT(!check_identity(text) || harmless);
    RC_ASSERT(!check_word("word", text) || harmless);
    RC_ASSERT(!check_caller(text) || harmless);
  });
}

}  // namespace
}  // namespace muster::base
