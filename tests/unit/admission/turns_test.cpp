#include "orchestrator/admission/turns.hpp"

#include <gmock/gmock.h>

namespace muster::admission {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(TurnsTest, WhoWaitedLongestIsFirst) {
  EXPECT_THAT(in_turn({{"b", "t", 2}, {"a", "t", 3}, {"c", "t", 1}}, {}, 2), ElementsAre("c", "b"));
}

TEST(TurnsTest, LinesTakeTurnsHoweverManyWaitInOne) {
  EXPECT_THAT(in_turn({{"a1", "a", 1}, {"a2", "a", 1}, {"a3", "a", 1}, {"z1", "z", 9}}, {}, 3),
              ElementsAre("a1", "z1", "a2"));
}

TEST(TurnsTest, APlaceGoesToTheLineWithTheFewestUnderWay) {
  EXPECT_THAT(in_turn({{"a1", "a", 1}, {"z1", "z", 9}}, {{"a", 5}, {"z", 1}}, 1),
              ElementsAre("z1"));
}

TEST(TurnsTest, MembersAreALineOfTheirOwn) {
  EXPECT_THAT(in_turn({{"a1", "a", 1}, {"a2", "a", 2}, {"member", "", 3}}, {}, 2),
              ElementsAre("a1", "member"));
}

TEST(TurnsTest, NobodyIsChosenTwiceNorBeyondThePlaces) {
  EXPECT_THAT(in_turn({{"a1", "a", 1}}, {}, 5), ElementsAre("a1"));
  EXPECT_THAT(in_turn({{"a1", "a", 1}}, {}, 0), IsEmpty());
  EXPECT_THAT(in_turn({}, {}, 5), IsEmpty());
}

}  // namespace
}  // namespace muster::admission
