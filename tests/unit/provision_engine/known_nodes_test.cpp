#include "orchestrator/provision/known_nodes.hpp"

#include <gmock/gmock.h>

namespace muster::provision {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class KnownNodesTest : public testing::Test {
 protected:
  static KnownNodes::TimePoint at(std::chrono::seconds when) { return KnownNodes::TimePoint(when); }
  void due(const std::string& identity, std::chrono::seconds when, const std::string& token = "t") {
    nodes_.make(identity)->token = token;
    nodes_.set_due(identity, at(when));
  }

  // Those whose turn it is, one after the other, when none of them begins.
  std::vector<std::string> in_turn(std::chrono::seconds now) {
    std::vector<std::string> names;
    nodes_.ripen(at(now));
    while (const auto first = nodes_.first_in_turn()) {
      nodes_.set_due(*first, std::nullopt);
      names.push_back(*first);
    }
    return names;
  }

  KnownNodes nodes_{1s, 10s};
};

TEST_F(KnownNodesTest, WhoIsDueIsFoundByItsTimeAlone) {
  due("b", 2s);
  due("a", 3s);
  due("c", 9s);
  nodes_.make("never");
  EXPECT_EQ(nodes_.next_due(), at(2s));
  EXPECT_THAT(in_turn(3s), ElementsAre("b", "a"));
  EXPECT_EQ(nodes_.next_due(), at(9s));
  EXPECT_THAT(in_turn(8s), IsEmpty());
}

TEST_F(KnownNodesTest, WhoseTimeIsSetToOneThatIsOverIsInTurnAtOnce) {
  nodes_.ripen(at(5s));
  due("a", 5s);
  EXPECT_EQ(nodes_.first_in_turn(), "a");
  nodes_.set_due("a", at(6s));
  EXPECT_EQ(nodes_.first_in_turn(), std::nullopt);
  nodes_.erase("a");
  EXPECT_THAT(in_turn(9s), IsEmpty());
}

TEST_F(KnownNodesTest, WhoRunsIsNotDueAndItsLineWaits) {
  due("a1", 1s, "greedy");
  due("a2", 1s, "greedy");
  due("z", 2s, "modest");
  nodes_.begin("a1");
  nodes_.ripen(at(9s));
  EXPECT_EQ(nodes_.first_in_turn(), "z");
  nodes_.end("a1");
  EXPECT_EQ(nodes_.first_in_turn(), "a2");
}

TEST_F(KnownNodesTest, ThatItWaitsIsToldOnceARunTheLongestFirst) {
  due("a", 2s);
  due("b", 1s);
  due("c", 1s);
  due("later", 9s);
  EXPECT_THAT(nodes_.take_untold(at(5s), 2), ElementsAre("b", "c"));
  nodes_.set_due("b", at(3s));
  EXPECT_THAT(nodes_.take_untold(at(5s), 2), ElementsAre("a"));
  nodes_.begin("b");
  nodes_.end("b");
  nodes_.set_due("b", at(4s));
  EXPECT_THAT(nodes_.take_untold(at(5s), 2), ElementsAre("b"));
}

TEST_F(KnownNodesTest, WhoIsHeldUpLongestGoesOnFirstOrAllAtOnce) {
  for (const auto* name : {"c", "a", "b"}) nodes_.make(name);
  nodes_.hold_up("c", at(100s), at(1s), true);
  nodes_.hold_up("a", at(100s), at(2s), true);
  nodes_.hold_up("b", at(100s), at(3s), true);
  EXPECT_NE(nodes_.wake_one(at(4s)), nullptr);
  EXPECT_THAT(in_turn(4s), ElementsAre("c")) << "not by name";
  EXPECT_TRUE(nodes_.anyone_held_up());
  nodes_.go_on_with_held_up(at(5s));
  EXPECT_THAT(in_turn(5s), ElementsAre("a", "b"));
  EXPECT_FALSE(nodes_.anyone_held_up());
  EXPECT_EQ(nodes_.wake_one(at(6s)), nullptr);
}

TEST_F(KnownNodesTest, SinceWhenItIsHeldUpIsKeptOverHoldUpsAndEndsWithARunThatWasNot) {
  for (const auto* name : {"z", "a"}) nodes_.make(name);
  const auto runs_and_is_held_up = [this](const std::string& name, std::chrono::seconds now) {
    nodes_.begin(name);
    nodes_.end(name, true);
    nodes_.hold_up(name, at(100s), at(now), true);
  };
  runs_and_is_held_up("z", 1s);
  runs_and_is_held_up("a", 2s);
  runs_and_is_held_up("z", 3s);
  EXPECT_EQ(nodes_.held_up_since("z"), at(1s));
  EXPECT_NE(nodes_.wake_one(at(4s)), nullptr);
  EXPECT_THAT(in_turn(4s), ElementsAre("z"));
  nodes_.begin("z");
  nodes_.end("z");
  runs_and_is_held_up("z", 5s);
  EXPECT_EQ(nodes_.held_up_since("z"), at(5s));
}

// It waits for another master than the one that has a place.
TEST_F(KnownNodesTest, APlaceThatIsOfNoUseToOneIsForTheNext) {
  for (const auto* name : {"a", "b"}) nodes_.make(name);
  nodes_.hold_up("a", at(100s), at(1s), true);
  nodes_.hold_up("b", at(100s), at(2s), true);
  EXPECT_EQ(nodes_.wake_one(at(3s), "a"), nodes_.find("b"));
  EXPECT_EQ(nodes_.wake_one(at(3s), "b"), nullptr);
}

// Whoever waits for an approval was woken by each free place, being there longest, and whoever waited for the place was not.
TEST_F(KnownNodesTest, AFreePlaceIsForWhoWaitsForOneAndAnotherMasterForAll) {
  for (const auto* name : {"approval", "place"}) nodes_.make(name);
  nodes_.hold_up("approval", at(100s), at(1s), false);
  nodes_.hold_up("place", at(100s), at(2s), true);
  EXPECT_EQ(nodes_.wake_one(at(3s)), nodes_.find("place"));
  EXPECT_EQ(nodes_.wake_one(at(3s)), nullptr);
  EXPECT_TRUE(nodes_.anyone_held_up());
  nodes_.hold_up("place", at(100s), at(4s), true);
  nodes_.hold_up("place", at(100s), at(5s), false);
  EXPECT_EQ(nodes_.wake_one(at(6s)), nullptr) << "its last ending counts";
  nodes_.go_on_with_held_up(at(7s));
  EXPECT_THAT(in_turn(7s), ElementsAre("approval", "place"));
}

TEST_F(KnownNodesTest, WhoseAnnouncementItWasIsKnownAlsoAfterAChangeOfName) {
  nodes_.make("old");
  nodes_.make("new");
  nodes_.set_join("old", client::JoinAddress{"c1", "key"});
  nodes_.set_join("new", client::JoinAddress{"c1", "key"});
  nodes_.set_join("old", std::nullopt);
  EXPECT_EQ(nodes_.joined_as("c1"), "new");
  nodes_.erase("new");
  EXPECT_EQ(nodes_.joined_as("c1"), "");
  EXPECT_EQ(nodes_.find("new"), nullptr);
}

TEST_F(KnownNodesTest, ThereIsALimit) {
  for (std::size_t i = 0; i < kNodesMax; ++i) ASSERT_NE(nodes_.make(std::to_string(i)), nullptr);
  EXPECT_EQ(nodes_.make("one more"), nullptr);
  EXPECT_NE(nodes_.make("0"), nullptr) << "who is known stays so";
}

}  // namespace
}  // namespace muster::provision
