// What of ours is believed no more, or missing, and for how many there is room.
#include "tests/unit/directory/claims_lab.hpp"

namespace muster::transport {
namespace {

TEST_F(ClaimsTest, WhatIsMissingIsShownUnlessOursIsAsNew) {
  const auto misses = [&](const std::string& payload) {
    ASSERT_TRUE(lab_.directory->put_missing(claim(payload, seconds(0))));
    lab_.wait(milliseconds(1));
  };
  misses("5");
  EXPECT_EQ(kept(), "5");
  misses("7");
  EXPECT_EQ(kept(), "7");
  const auto before = lab_.broker.published("t/1");
  misses("6");
  misses("07");
  EXPECT_EQ(kept(), "7");
  EXPECT_EQ(lab_.broker.published("t/1"), before);
}

TEST_F(ClaimsTest, WhatIsMissingIsShownInPlaceOfOursThatIsBelievedNoMore) {
  bool believed = true;
  auto old = claim("5", seconds(0));
  old.order = [&](const Message& message) {
    return believed || message.payload != "5" ? number_of(message) : std::nullopt;
  };
  ASSERT_TRUE(lab_.directory->put(old));
  lab_.wait(milliseconds(1));
  believed = false;
  somebody_says("");
  ASSERT_TRUE(lab_.directory->put_missing(claim("05", seconds(0))));
  lab_.wait(milliseconds(1));
  EXPECT_EQ(kept(), "05");
}

TEST_F(ClaimsTest, WhatIsBelievedNoMoreIsOursNoLongerWhereverThatIsNoticed) {
  bool believed = true;
  auto stolen = claim("5", seconds(300));
  stolen.order = [&](const Message& message) {
    return believed ? number_of(message) : std::nullopt;
  };
  const std::vector<std::function<void()>> noticed{[&] { somebody_says(""); },
                                                   [&] { lab_.directory->look_at("t/1"); },
                                                   [&] { lab_.wait(seconds(300)); },
                                                   [&] {
                                                     lab_.broker.drop();
                                                     lab_.broker.restore();
                                                   }};
  for (const auto& notice : noticed) {
    believed = true;
    ASSERT_TRUE(lab_.directory->put(stolen));
    lab_.wait(milliseconds(1));
    lab_.directory->look_at("t/1");
    lab_.wait(milliseconds(1));
    ASSERT_TRUE(lab_.directory->is_ours("t/1"));
    believed = false;
    notice();
    lab_.wait(milliseconds(1));
    EXPECT_FALSE(lab_.directory->is_ours("t/1"));
  }
  claims("6");
  somebody_says("");
  EXPECT_EQ(kept(), "6") << "and the topic is heard again";
}

TEST_F(ClaimsTest, WhoBelievesItAgainInTheSameTurnKeepsIt) {
  bool believed = true;
  auto doubted = claim("5", seconds(0));
  doubted.order = [&](const Message& message) {
    return believed ? number_of(message) : std::nullopt;
  };
  ASSERT_TRUE(lab_.directory->put(doubted));
  lab_.wait(milliseconds(1));
  believed = false;
  lab_.directory->look_at("t/1");
  believed = true;
  lab_.wait(milliseconds(1));
  EXPECT_TRUE(lab_.directory->is_ours("t/1"));
}

TEST_F(ClaimsTest, OfOneKindThereMayBeFewerThanOfAll) {
  const auto of = [](const std::string& topic, const std::string& heard_by) {
    return Claim{.topic = topic, .payload = "x", .heard_by = heard_by, .at_most = 2};
  };
  ASSERT_TRUE(lab_.directory->put(of("t/1", "t/+")));
  ASSERT_TRUE(lab_.directory->adopt(of("t/2", "t/+")));
  const auto refused = lab_.directory->put_missing(of("t/3", "t/+"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::limit);
  EXPECT_TRUE(lab_.directory->put(of("t/2", "t/+"))) << "it is ours already";
  EXPECT_TRUE(lab_.directory->put(of("u/1", "u/+")));
  lab_.directory->leave("t/1");
  EXPECT_TRUE(lab_.directory->put(of("t/3", "t/+")));
}

TEST_F(ClaimsTest, WhatIsBelievedNoMoreIsNotShownAgain) {
  bool believed = true;
  ASSERT_TRUE(
      lab_.directory->put({.topic = "t/1", .payload = "5", .order = [&](const Message& message) {
                             return believed ? number_of(message) : std::nullopt;
                           }}));
  lab_.wait(milliseconds(1));
  believed = false;
  somebody_says("");
  EXPECT_EQ(kept(), "");
  lab_.broker.drop();
  lab_.broker.restore(true);
  lab_.wait(seconds(60));
  EXPECT_EQ(kept(), "");
}

TEST_F(ClaimsTest, WhatIsBelievedNoMoreExpires) {
  bool believed = true;
  ASSERT_TRUE(lab_.directory->put({.topic = "t/1",
                                   .payload = "5",
                                   .expiry = seconds(300),
                                   .order = [&](const Message& message) {
                                     return believed ? number_of(message) : std::nullopt;
                                   }}));
  lab_.wait(seconds(150));
  const auto shown = lab_.broker.published("t/1");
  believed = false;
  lab_.wait(seconds(300));
  EXPECT_EQ(lab_.broker.published("t/1"), shown);
}

// As of records: to ask is to verify a signature, and each step of a node replaces one.
TEST_F(ClaimsTest, WhoSaysTheRanksIsNotAskedWhichIsNewer) {
  int asked = 0;
  const auto said = [&](const std::string& payload) {
    auto one = claim(payload, seconds(0));
    one.order = [&](const Message& message) {
      ++asked;
      return number_of(message);
    };
    one.rank = Rank(std::stoull(payload));
    return one;
  };
  for (const auto* payload : {"5", "6", "7"}) {
    ASSERT_TRUE(lab_.directory->put(said(payload)));
    lab_.wait(milliseconds(1));
    EXPECT_EQ(kept(), payload);
  }
  EXPECT_EQ(asked, 0);
  ASSERT_TRUE(lab_.directory->put(said("6")));
  lab_.wait(milliseconds(1));
  EXPECT_EQ(kept(), "7") << "the newer one stays";
  ASSERT_TRUE(lab_.directory->put(said("8")));
  lab_.wait(milliseconds(1));
  EXPECT_EQ(kept(), "8");
}

TEST_F(ClaimsTest, ARankThatWasSaidIsNotThatOfWhatWasHeardSince) {
  auto ours = claim("5", seconds(0));
  ours.rank = Rank(5);
  ASSERT_TRUE(lab_.directory->put(ours));
  lab_.wait(milliseconds(1));
  somebody_says("9");
  auto later = claim("7", seconds(0));
  later.rank = Rank(7);
  ASSERT_TRUE(lab_.directory->put(later));
  lab_.wait(milliseconds(1));
  EXPECT_EQ(kept(), "9");
}

TEST(ClaimsRoomTest, WhatIsMissingAndFindsNoRoomOnTheBusIsShownLaterAndNoError) {
  fakes::VirtualLoop loop;
  bool has_room = false;
  std::vector<std::string> shown;
  Claims claims(
      loop,
      [&](const Claim& claim) -> Status {
        if (!has_room) return fail(Errc::limit, "the outbox is full");
        shown.push_back(claim.topic);
        return {};
      },
      [](const std::string&) {});
  claims.linked();
  EXPECT_TRUE(claims.put_missing({.topic = "t/1", .payload = "5"}));
  EXPECT_THAT(shown, testing::IsEmpty());
  has_room = true;
  loop.advance(kShowAgain);
  EXPECT_THAT(shown, testing::ElementsAre("t/1"));
}

}  // namespace
}  // namespace muster::transport
