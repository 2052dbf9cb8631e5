#include "proto/transport/directory/claims.hpp"

#include "tests/unit/directory/claims_lab.hpp"

namespace muster::transport {
namespace {

TEST_F(ClaimsTest, WhatIsClearedIsPutBack) {
  claims("5");
  EXPECT_EQ(kept(), "5");
  somebody_says("");
  EXPECT_EQ(kept(), "5");
}

TEST_F(ClaimsTest, WhatWasShownTwiceBeforeItWasHeardIsPutBackToo) {
  lab_.executor.takes = milliseconds(10);
  claims("5");
  claims("5");
  lab_.wait(lab_.executor.takes);
  somebody_says("");
  EXPECT_EQ(kept(), "5");
}

TEST_F(ClaimsTest, WhatIsClearedBeforeWeHearTheTopicIsShownAgainSoon) {
  lab_.executor.takes = milliseconds(10);
  claims("5");
  somebody_says("");
  lab_.wait(lab_.executor.takes + kFirstEchoWithin);
  EXPECT_EQ(kept(), "5");
  somebody_says("");
  EXPECT_EQ(kept(), "5");
  EXPECT_EQ(lab_.broker.published("t/1"), 5U) << "and no more for what came back";
}

TEST_F(ClaimsTest, WhatIsHeardByItsOwnTopicIsShownAgainAsSoon) {
  lab_.executor.takes = milliseconds(10);
  ASSERT_TRUE(lab_.directory->put({.topic = "t/1", .payload = "5"}));
  somebody_says("");
  lab_.wait(lab_.executor.takes + kFirstEchoWithin);
  EXPECT_EQ(kept(), "5");
}

TEST_F(ClaimsTest, WhatIsReplacedByAnOlderOneIsPutBack) {
  claims("5");
  somebody_says("4");
  EXPECT_EQ(kept(), "5");
}

TEST_F(ClaimsTest, WhatCannotBeReadIsNotLeftThere) {
  claims("5");
  somebody_says("rubbish");
  EXPECT_EQ(kept(), "5");
}

TEST_F(ClaimsTest, ANewerOneStaysAndIsTold) {
  claims("5");
  somebody_says("6");
  EXPECT_EQ(kept(), "6");
  EXPECT_THAT(newer_, testing::ElementsAre("6"));
  lab_.broker.drop();
  lab_.broker.restore();
  lab_.wait(seconds(60));
  EXPECT_EQ(kept(), "6");
}

TEST_F(ClaimsTest, ANewerOneIsWhatWeKeepFromThenOn) {
  claims("5");
  somebody_says("6");
  somebody_says("5");
  EXPECT_EQ(kept(), "6");
  lab_.broker.drop();
  lab_.broker.restore(true);
  lab_.wait(milliseconds(1));
  EXPECT_EQ(kept(), "6");
}

// Whoever puts it had not heard yet of the newer one that we follow.
TEST_F(ClaimsTest, AnOlderOneDoesNotReplaceTheNewerOneThatIsFollowed) {
  claims("5");
  somebody_says("7");
  claims("6");
  EXPECT_EQ(kept(), "7");
  EXPECT_THAT(newer_, testing::ElementsAre("7", "7")) << "who put it is told";
  claims("8");
  EXPECT_EQ(kept(), "8");
}

TEST_F(ClaimsTest, WhoIsToldThatANewerOneIsFollowedMayLeaveIt) {
  claims("7");
  auto older = claim("6", seconds(0));
  older.on_newer = [this](const Message& newer) { lab_.directory->leave(newer.topic); };
  ASSERT_TRUE(lab_.directory->put(std::move(older)));
  lab_.wait(milliseconds(1));
  somebody_says("");
  EXPECT_EQ(kept(), "");
}

TEST_F(ClaimsTest, WhatIsBelievedNoMoreIsReplacedByWhatIsOlder) {
  bool believed = true;
  auto stolen = claim("7", seconds(0));
  stolen.order = [&](const Message& message) -> std::optional<Rank> {
    if (message.payload == "7" && !believed) return std::nullopt;
    return number_of(message);
  };
  ASSERT_TRUE(lab_.directory->put(stolen));
  lab_.wait(milliseconds(1));
  believed = false;
  stolen.payload = "6";
  ASSERT_TRUE(lab_.directory->put(stolen));
  lab_.wait(milliseconds(1));
  EXPECT_EQ(kept(), "6");
}

TEST_F(ClaimsTest, WhatBecameNewerWhileWeWereAwayIsNotHiddenByOurs) {
  claims("5");
  lab_.broker.drop();
  lab_.broker.publish("t/1", "6");
  lab_.broker.restore();
  lab_.wait(seconds(60));
  EXPECT_EQ(kept(), "6");
}

TEST_F(ClaimsTest, WhoLeavesItToTheNewerOneKeepsNothing) {
  ASSERT_TRUE(lab_.directory->put(
      {.topic = "t/1",
       .payload = "5",
       .order = number_of,
       .on_newer = [this](const Message& newer) { lab_.directory->leave(newer.topic); }}));
  lab_.wait(milliseconds(1));
  somebody_says("6");
  somebody_says("");
  EXPECT_EQ(kept(), "");
}

TEST_F(ClaimsTest, WhatWasHeardIsKeptWithoutBeingShownNow) {
  somebody_says("5");
  adopts("5");
  EXPECT_EQ(lab_.broker.published("t/1"), 1U);
  somebody_says("");
  EXPECT_EQ(kept(), "5");
  lab_.broker.drop();
  lab_.broker.restore(true);
  lab_.wait(milliseconds(1));
  EXPECT_EQ(kept(), "5");
}

// Who adopts it heard it earlier than that, in a queue of its own.
TEST_F(ClaimsTest, WhatWasClearedBeforeItIsAdoptedIsPutBack) {
  ASSERT_TRUE(lab_.directory->put({.topic = "t/2", .payload = "1", .heard_by = "t/+"}));
  lab_.wait(seconds(1));
  somebody_says("5");
  somebody_says("");
  adopts("5");
  EXPECT_EQ(kept(), "5");
}

TEST_F(ClaimsTest, WhatWasClearedAndSaidAgainBeforeItIsAdoptedIsNotShownByUs) {
  ASSERT_TRUE(lab_.directory->put({.topic = "t/2", .payload = "1", .heard_by = "t/+"}));
  lab_.wait(seconds(1));
  somebody_says("");
  somebody_says("5");
  adopts("5");
  lab_.wait(seconds(60));
  EXPECT_EQ(lab_.broker.published("t/1"), 2U);
}

TEST_F(ClaimsTest, WhatIsClearedBeforeWeHearTheTopicOfWhatWeAdoptedIsShownSoon) {
  lab_.executor.takes = milliseconds(10);
  somebody_says("5");
  lab_.wait(milliseconds(20));
  adopts("5");
  somebody_says("");
  lab_.wait(lab_.executor.takes + kFirstEchoWithin);
  EXPECT_EQ(kept(), "5");
}

TEST_F(ClaimsTest, OfWhatWasHeardTheNewestIsKept) {
  claims("5");
  adopts("4");
  adopts("7");
  adopts("6");
  lab_.broker.drop();
  lab_.broker.restore(true);
  lab_.wait(milliseconds(1));
  EXPECT_EQ(kept(), "7");
}

TEST_F(ClaimsTest, WhatWasHeardIsShownAnewBeforeItExpires) {
  somebody_says("5");
  adopts("5", seconds(600));
  const auto before = lab_.broker.published("t/1");
  lab_.wait(seconds(600));
  EXPECT_EQ(lab_.broker.published("t/1"), before + 3);
}

TEST_F(ClaimsTest, WithoutAnOrderOursAlwaysStands) {
  ASSERT_TRUE(lab_.directory->put({.topic = "t/1", .payload = "mine"}));
  lab_.wait(milliseconds(1));
  somebody_says("yours");
  EXPECT_EQ(kept(), "mine");
}

TEST_F(ClaimsTest, ABrokerThatForgotIsToldAgain) {
  claims("5");
  lab_.broker.drop();
  lab_.broker.restore(true);
  lab_.wait(milliseconds(1));
  EXPECT_EQ(kept(), "5");
}

TEST_F(ClaimsTest, WhatIsPutWithoutALinkIsShownWithTheNext) {
  lab_.broker.drop();
  lab_.loop.run_due();
  claims("5");
  EXPECT_EQ(kept(), "");
  lab_.broker.restore();
  lab_.wait(milliseconds(1));
  EXPECT_EQ(kept(), "5");
}

TEST_F(ClaimsTest, ThousandsAreShownAgainInPieces) {
  for (int number = 0; number < 2'000; ++number)
    ASSERT_TRUE(lab_.directory->put(
        {.topic = "t/" + std::to_string(number), .payload = "x", .heard_by = "t/+"}));
  lab_.broker.drop();
  lab_.broker.restore(true);
  lab_.wait(milliseconds(1));
  EXPECT_EQ(lab_.broker.kept("t/1999"), std::nullopt);  // last of all, by name: t/999
  lab_.wait(kShowEvery * 5);
  for (int number = 0; number < 2'000; ++number)
    EXPECT_EQ(lab_.broker.kept("t/" + std::to_string(number)), "x") << number;
}

TEST_F(ClaimsTest, ItIsShownAnewBeforeItExpires) {
  claims("5", seconds(600));
  const auto before = lab_.broker.published("t/1");
  lab_.wait(seconds(600));
  EXPECT_EQ(lab_.broker.published("t/1"), before + 3);
}

TEST_F(ClaimsTest, TheEchoOfAnEarlierOneIsNobodyElses) {
  claims("5");
  lab_.broker.habits.others_late = milliseconds(100);
  lab_.directory->change("t/1", "6");
  lab_.directory->change("t/1", "7");
  const auto before = lab_.broker.published("t/1");
  lab_.wait(seconds(1));
  EXPECT_EQ(lab_.broker.published("t/1"), before);
  EXPECT_EQ(kept(), "7");
}

TEST_F(ClaimsTest, WhoFightsForItIsAnsweredNowAndThen) {
  claims("5");
  const auto before = lab_.broker.published("t/1");
  constexpr std::size_t kAttacks = 1'000;
  for (std::size_t attack = 0; attack < kAttacks; ++attack) somebody_says("");
  const auto answers = lab_.broker.published("t/1") - before - kAttacks;
  EXPECT_LE(answers, kPutBackBurst + kAttacks / kPutBackEvery.count() + 1);
  EXPECT_GE(answers, kPutBackBurst);
  lab_.wait(kShownLater);
  EXPECT_EQ(kept(), "5");
}

TEST_F(ClaimsTest, TwoOwnersOfEqualNumbersLeaveEachOtherAlone) {
  claims("5");
  somebody_says("05");
  const auto before = lab_.broker.published("t/1");
  lab_.wait(seconds(60));
  EXPECT_EQ(kept(), "05");
  EXPECT_EQ(lab_.broker.published("t/1"), before);
}

TEST_F(ClaimsTest, OfRanksTheFirstNumberThatDiffersDecides) {
  const auto rank = [](const Message& message) -> std::optional<Rank> {
    if (message.payload.size() != 2) return std::nullopt;
    const auto number = [&](std::size_t at) {
      return static_cast<std::uint64_t>(message.payload[at] - '0');
    };
    return Rank{number(0), number(1)};
  };
  ASSERT_TRUE(lab_.directory->put({.topic = "t/1", .payload = "25", .order = rank}));
  lab_.wait(milliseconds(1));
  for (const auto* older : {"24", "19"}) {
    somebody_says(older);
    EXPECT_EQ(kept(), "25");
  }
  somebody_says("31");
  somebody_says("29");
  EXPECT_EQ(kept(), "31");
}

TEST_F(ClaimsTest, WhatIsOursIsKnown) {
  EXPECT_FALSE(lab_.directory->is_ours("t/1"));
  claims("5");
  EXPECT_TRUE(lab_.directory->is_ours("t/1"));
  lab_.directory->leave("t/1");
  EXPECT_FALSE(lab_.directory->is_ours("t/1"));
}

TEST_F(ClaimsTest, WhatWasLeftStaysAndIsNotPutBack) {
  claims("5");
  lab_.directory->leave("t/1");
  EXPECT_EQ(kept(), "5");
  somebody_says("");
  EXPECT_EQ(kept(), "");
}

TEST_F(ClaimsTest, WhatWasRemovedDoesNotComeBack) {
  claims("5");
  ASSERT_TRUE(lab_.directory->remove("t/1"));
  lab_.broker.drop();
  lab_.broker.restore();
  lab_.wait(seconds(60));
  EXPECT_EQ(kept(), "");
}

TEST_F(ClaimsTest, NothingIsNoEntry) {
  const auto empty = lab_.directory->put({.topic = "t/1", .payload = ""});
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().code, Errc::invalid_data);
}

}  // namespace
}  // namespace muster::transport
