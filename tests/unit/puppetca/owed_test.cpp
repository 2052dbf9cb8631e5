// What of a name is owed: by serial, by when it was issued, and never the one that is spared.
#include "plugins/agents/puppetca/owed.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace muster::plugins::puppetca {
namespace {

constexpr std::int64_t kAnHourMs = 3'600'000;
constexpr std::int64_t kDayMs = 24 * kAnHourMs;

TEST(OwedTest, WithoutAWordItIsEverything) {
  const auto owed = owed_of(Value::object()).value();
  EXPECT_TRUE(owed.is_everything());
  EXPECT_TRUE(owed.covers("0a", 1'000, ""));
}

TEST(OwedTest, WhatWasIssuedAtThatTimeOrLaterIsNot) {
  const auto owed = owed_of({{"issued_before_ms", 1'000}}).value();
  EXPECT_FALSE(owed.is_everything());
  EXPECT_TRUE(owed.covers("0a", 999, ""));
  EXPECT_FALSE(owed.covers("0a", 1'000, ""));
}

TEST(OwedTest, SerialsAloneAreAllAndBesideATimeTheyAreMore) {
  const auto alone = owed_of(Value{{"serials", Value::array({"0a"})}}).value();
  EXPECT_TRUE(alone.covers("0a", 5'000, ""));
  EXPECT_FALSE(alone.covers("0b", 1, ""));
  const auto beside =
      owed_of(Value{{"serials", Value::array({"0a"})}, {"issued_before_ms", 1'000}}).value();
  EXPECT_TRUE(beside.covers("0a", 5'000, ""));
  EXPECT_TRUE(beside.covers("0b", 999, ""));
  EXPECT_FALSE(beside.covers("0b", 1'000, ""));
}

TEST(OwedTest, TheOneThatIsSparedStaysWhateverTheOthersSay) {
  const std::string fingerprint(64, 'a');
  const auto owed = owed_of(Value{{"serials", Value::array({"0a"})},
                                  {"issued_before_ms", 1'000},
                                  {"spare", std::string(64, 'A')}})
                        .value();
  EXPECT_FALSE(owed.covers("0a", 1, fingerprint));
  EXPECT_TRUE(owed.covers("0a", 1, ""));
  EXPECT_TRUE(owed_of(Value{{"spare", fingerprint}}).value().covers("0a", 1, ""))
      << "all but this one";
}

TEST(OwedTest, ASerialThatNamesNoneIsAnError) {
  for (const Value& wrong : {Value("A0"), Value("a"), Value(""), Value(7), Value("0x0a")})
    EXPECT_EQ(owed_of(Value{{"serials", Value::array({wrong})}}).error().code, Errc::invalid_data)
        << wrong.dump();
  EXPECT_FALSE(owed_of(Value{{"spare", "xyz"}}));
}

// A certificate begins up to a day before it is issued.
TEST(OwedTest, ItsFileSaysWhenItWasIssuedNotLongAfterItBegins) {
  EXPECT_EQ(issued_at_ms(1'000, 5'000), 5'000);
  EXPECT_EQ(issued_at_ms(1'000, 900), 1'000);
  EXPECT_EQ(issued_at_ms(1'000, 400 * kDayMs), 1'000 + 25 * kAnHourMs)
      << "copied back, a year later";
}

}  // namespace
}  // namespace muster::plugins::puppetca
