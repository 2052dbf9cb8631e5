#include "proto/filter/decimal.hpp"

#include <gtest/gtest.h>

namespace muster::filter {
namespace {

Decimal d(std::string_view text) {
  return *Decimal::parse(text);
}

TEST(DecimalTest, OrdersAsNumbersDo) {
  EXPECT_LT(d("9"), d("10"));
  EXPECT_LT(d("-10"), d("-9"));
  EXPECT_LT(d("-1"), d("0"));
  EXPECT_LT(d("0.09"), d("0.1"));
  EXPECT_LT(d("1.99"), d("2"));
  EXPECT_GT(d("-0.5"), d("-0.75"));
  EXPECT_LT(d("99999999999999999999998"), d("99999999999999999999999"));
}

TEST(DecimalTest, EqualNumbersAreEqualHoweverWritten) {
  EXPECT_EQ(d("007"), d("7"));
  EXPECT_EQ(d("1.50"), d("1.5"));
  EXPECT_EQ(d("2.0"), d("2"));
  EXPECT_EQ(d("-0"), d("0.00"));
}

TEST(DecimalTest, OtherTextIsNoNumber) {
  for (const char* text :
       {"", "-", ".", "1.", ".5", "1.2.3", "1e5", "0x1", " 1", "1 ", "+1", "--1", "one"})
    EXPECT_FALSE(Decimal::parse(text)) << text;
}

}  // namespace
}  // namespace muster::filter
