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

TEST_F(KnownNodesTest, WhoIsHeldUpGoesOnOneByOneOrAllAtOnce) {
  for (const auto* name : {"a", "b", "c"}) {
    nodes_.make(name);
    nodes_.hold_up(name, at(100s));
  }
  nodes_.go_on_with_held_up(false, at(1s));
  EXPECT_THAT(in_turn(1s), ElementsAre("a"));
  EXPECT_TRUE(nodes_.anyone_held_up());
  nodes_.go_on_with_held_up(true, at(2s));
  EXPECT_THAT(in_turn(2s), ElementsAre("b", "c"));
  EXPECT_FALSE(nodes_.anyone_held_up());
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
