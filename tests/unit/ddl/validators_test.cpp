#include "proto/ddl/validators.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::ddl {
namespace {

TEST(ValidatorsTest, ShellsafeRefusesWhateverAShellReads) {
  for (const char* text :
       {"a`b",   "a$b", "a;b", "a|b",   "a&&b",  "a&b",     "a>b",    "a<b", "a\nb",
        "a\rb",  "(a",  "a)",  "a'b",   "a\"b",  "a\\b",    "a*",     "a?",  "[a]",
        "{a,b}", "# a", "!a",  "a\x01", "~root", "a ~root", "a=~root"})
    EXPECT_NE(why_invalid("shellsafe", text), "") << text;
  EXPECT_NE(why_invalid("shellsafe", std::string_view("a\0b", 3)), "");
}

TEST(ValidatorsTest, ShellsafeLetsOrdinaryTextPass) {
  for (const char* text :
       {"", "httpd", "1.2~rc1-3+b1", "a b=c", "/etc/x.conf", "user@host:22", "50%", "größe"})
    EXPECT_EQ(why_invalid("shellsafe", text), "") << text;
}

TEST(ValidatorsTest, AddressesAreCheckedByFamily) {
  EXPECT_EQ(why_invalid("ipv4address", "10.0.0.1"), "");
  EXPECT_EQ(why_invalid("ipv4address", "10.0.0.256"), "must be a valid IPv4 address");
  EXPECT_NE(why_invalid("ipv4address", "::1"), "");
  EXPECT_NE(why_invalid("ipv4address", "10.0.0.1\n"), "");
  EXPECT_NE(why_invalid("ipv4address", std::string_view("10.0.0.1\0x", 10)), "");
  EXPECT_EQ(why_invalid("ipv6address", "fe80::1"), "");
  EXPECT_EQ(why_invalid("ipv6address", "10.0.0.1"), "must be a valid IPv6 address");
  EXPECT_EQ(why_invalid("ipaddress", "fe80::1"), "");
  EXPECT_EQ(why_invalid("ipaddress", "10.0.0.1"), "");
  EXPECT_NE(why_invalid("ipaddress", "host"), "");
}

TEST(ValidatorsTest, AnchorsMeanTheWholeTextNotALine) {
  EXPECT_EQ(why_invalid("^[a-z]+$", "abc"), "");
  EXPECT_EQ(why_invalid("^[a-z]+$", "abc\nrm -rf /"), "must match /^[a-z]+$/");
  EXPECT_NE(why_invalid("^[a-z]+$", "abc\n"), "");
}

TEST(ValidatorsTest, ABareWordMustBeAValidator) {
  EXPECT_TRUE(check_validation("ipaddress"));
  EXPECT_TRUE(check_validation("^.+$"));
  EXPECT_FALSE(check_validation("ipv4adress"));
  EXPECT_FALSE(check_validation("(("));
  EXPECT_FALSE(check_validation("(a{1000}){1000}"));
}

}  // namespace
}  // namespace muster::ddl
