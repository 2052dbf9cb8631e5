// What of a name is owed: by serial, by when it was issued, and never the one that is spared.
#include "plugins/agents/puppetca/owed.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace muster::plugins::puppetca {
namespace {

constexpr std::int64_t kAnHourMs = 3'600'000;
constexpr std::int64_t kDayMs = 24 * kAnHourMs;
constexpr std::int64_t kMastersNowMs = 1'000 * kDayMs;  // by the master's clock

TEST(OwedTest, WithoutAWordItIsEverything) {
  const auto owed = owed_of(Value::object(), kMastersNowMs).value();
  EXPECT_TRUE(owed.is_everything());
  EXPECT_TRUE(owed.covers("0a", 1'000, ""));
}

TEST(OwedTest, ANameThatIsGivenOutAnewIsNoDebt) {
  EXPECT_FALSE(owed_of(Value::object(), kMastersNowMs)->vacates);
  const auto owed = owed_of({{"issued_before_ms", 1'000}, {"vacate", true}}, kMastersNowMs).value();
  EXPECT_TRUE(owed.vacates);
  EXPECT_FALSE(owed.is_everything());
}

TEST(OwedTest, WhatWasIssuedAtThatTimeOrLaterIsNot) {
  const auto owed = owed_of({{"issued_before_ms", 1'000}}, kMastersNowMs).value();
  EXPECT_FALSE(owed.is_everything());
  EXPECT_TRUE(owed.covers("0a", 999, ""));
  EXPECT_FALSE(owed.covers("0a", 1'000, ""));
}

// The orchestrator's clock is an hour behind, and then an hour ahead.
TEST(OwedTest, WhatAnotherClockSaysIsMeantByOurs) {
  for (const auto ahead_ms : {kAnHourMs, -kAnHourMs}) {
    const auto debt_ms = kMastersNowMs - 2 * kAnHourMs;  // by our clock
    const auto owed = owed_of({{"issued_before_ms", debt_ms - ahead_ms},
                               {"asked_at_ms", kMastersNowMs - ahead_ms}},
                              kMastersNowMs)
                          .value();
    EXPECT_TRUE(owed.covers("0a", debt_ms - 1, "")) << "the old machine's";
    EXPECT_FALSE(owed.covers("0b", debt_ms, "")) << "the new machine's";
  }
}

// It stood behind a thousand others at the CA: what was asked for by its middle must not become later with that.
TEST(OwedTest, ARequestThatWaitedForItsTurnIsNoOtherClock) {
  const base::SystemClock clock;
  const auto asked_at_ms = clock.unix_ms() - 90'000;
  const Value data{{"issued_before_ms", asked_at_ms + 30'000}, {"asked_at_ms", asked_at_ms}};
  const auto received = clock.steady() - std::chrono::seconds(90);
  const auto owed = owed_of(data, received_ms(clock, received)).value();
  EXPECT_EQ(owed.issued_before_ms, asked_at_ms + 30'000);
  EXPECT_NEAR(static_cast<double>(received_ms(clock, {})), static_cast<double>(clock.unix_ms()),
              1'000);
}

TEST(OwedTest, ARequestThatIsUnderWayForLongIsNoOtherClock) {
  const auto late_ms = std::chrono::milliseconds(kAskedWithin).count();
  const auto owed = owed_of({{"issued_before_ms", 1'000}, {"asked_at_ms", kMastersNowMs - late_ms}},
                            kMastersNowMs)
                        .value();
  EXPECT_FALSE(owed.covers("0b", 1'000, ""));
}

TEST(OwedTest, ATimeThatIsNoneIsAnError) {
  for (const auto wrong : {std::int64_t{-1}, std::numeric_limits<std::int64_t>::max()})
    for (const auto* key : {"issued_before_ms", "asked_at_ms"})
      EXPECT_EQ(owed_of(Value{{key, wrong}}, kMastersNowMs).error().code, Errc::invalid_data)
          << key;
}

TEST(OwedTest, SerialsAloneAreAllAndBesideATimeTheyAreMore) {
  const auto alone = owed_of(Value{{"serials", Value::array({"0a"})}}, kMastersNowMs).value();
  EXPECT_TRUE(alone.covers("0a", 5'000, ""));
  EXPECT_FALSE(alone.covers("0b", 1, ""));
  const auto beside =
      owed_of(Value{{"serials", Value::array({"0a"})}, {"issued_before_ms", 1'000}}, kMastersNowMs)
          .value();
  EXPECT_TRUE(beside.covers("0a", 5'000, ""));
  EXPECT_TRUE(beside.covers("0b", 999, ""));
  EXPECT_FALSE(beside.covers("0b", 1'000, ""));
}

TEST(OwedTest, TheOneThatIsSparedStaysWhateverTheOthersSay) {
  const std::string fingerprint(64, 'a');
  const auto owed = owed_of(Value{{"serials", Value::array({"0a"})},
                                  {"issued_before_ms", 1'000},
                                  {"spare", std::string(64, 'A')}},
                            kMastersNowMs)
                        .value();
  EXPECT_FALSE(owed.covers("0a", 1, fingerprint));
  EXPECT_TRUE(owed.covers("0a", 1, ""));
  EXPECT_TRUE(owed_of(Value{{"spare", fingerprint}}, kMastersNowMs).value().covers("0a", 1, ""))
      << "all but this one";
}

TEST(OwedTest, ASerialThatNamesNoneIsAnError) {
  for (const Value& wrong : {Value("A0"), Value("a"), Value(""), Value(7), Value("0x0a")})
    EXPECT_EQ(owed_of(Value{{"serials", Value::array({wrong})}}, kMastersNowMs).error().code,
              Errc::invalid_data)
        << wrong.dump();
  EXPECT_FALSE(owed_of(Value{{"spare", "xyz"}}, kMastersNowMs));
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
