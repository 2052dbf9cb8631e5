#include "orchestrator/admission/turns.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <vector>

namespace muster::admission {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Who gets the next `places`, each of which is taken at once.
std::vector<std::string> take(Turns& turns, const std::map<std::string, std::string>& lines,
                              std::size_t places) {
  std::vector<std::string> taken;
  while (taken.size() < places) {
    const auto first = turns.first();
    if (!first) break;
    turns.leave(*first);
    turns.begun(lines.at(*first));
    taken.push_back(*first);
  }
  return taken;
}

std::vector<std::string> in_turn(const std::vector<InTurn>& waiting,
                                 const std::map<std::string, std::size_t>& under_way,
                                 std::size_t places) {
  Turns turns;
  std::map<std::string, std::string> lines;
  for (const auto& one : waiting) {
    turns.enter(one);
    lines[one.identity] = one.line;
  }
  for (const auto& [line, count] : under_way)
    for (std::size_t i = 0; i < count; ++i) turns.begun(line);
  return take(turns, lines, places);
}

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

TEST(TurnsTest, AnEndGivesTheLineItsTurnBack) {
  Turns turns;
  turns.begun("a");
  turns.begun("a");
  turns.begun("z");
  turns.enter({"a1", "a", 1});
  turns.enter({"z1", "z", 9});
  EXPECT_EQ(turns.first(), "z1");
  turns.ended("a");
  EXPECT_EQ(turns.first(), "a1") << "as many under way, and it waited longer";
  turns.ended("nobody's");
  EXPECT_EQ(turns.first(), "a1");
}

TEST(TurnsTest, WhoEntersAgainWaitsAsItSaysNow) {
  Turns turns;
  turns.enter({"a1", "a", 1});
  turns.enter({"b1", "a", 2});
  turns.enter({"a1", "b", 3});
  turns.leave("b1");
  turns.leave("b1");
  EXPECT_EQ(turns.first(), "a1");
  turns.leave("a1");
  EXPECT_EQ(turns.first(), std::nullopt);
}

// Each end of a run sorted all that wait: of 20,000 some 20 ms, 20,000 times.
TEST(TurnsTest, AQueueOfManyIsTakenOneByOneWithoutWalkingItEachTime) {
  constexpr std::int64_t kMany = 20'000;
  Turns turns;
  for (std::int64_t i = 0; i < kMany; ++i) turns.enter({"n" + std::to_string(i), "t", i});
  const auto before = std::chrono::steady_clock::now();
  for (std::int64_t i = 0; i < kMany; ++i) {
    ASSERT_EQ(turns.first(), "n" + std::to_string(i));
    turns.leave("n" + std::to_string(i));
    turns.begun("t");
    turns.ended("t");
  }
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(20));
}

}  // namespace
}  // namespace muster::admission
