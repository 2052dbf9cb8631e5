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

  KnownNodes nodes_{1s, 10s};
};

TEST_F(KnownNodesTest, WhoIsDueIsFoundByItsTimeAlone) {
  due("b", 2s);
  due("a", 3s);
  due("c", 9s);
  nodes_.make("never");
  EXPECT_EQ(nodes_.next_due(), at(2s));
  EXPECT_THAT(nodes_.due_by(at(3s)), ElementsAre("b", "a"));
  nodes_.set_due("b", std::nullopt);
  EXPECT_EQ(nodes_.next_due(), at(3s));
}

TEST_F(KnownNodesTest, WhoRunsIsNotDueAndItsLineWaits) {
  due("a1", 1s, "greedy");
  due("a2", 1s, "greedy");
  due("z", 2s, "modest");
  nodes_.begin("a1");
  EXPECT_THAT(nodes_.in_turn(nodes_.due_by(at(9s)), 1), ElementsAre("z"));
  nodes_.end("a1");
  EXPECT_THAT(nodes_.in_turn(nodes_.due_by(at(9s)), 1), ElementsAre("a2"));
}

TEST_F(KnownNodesTest, WhoIsHeldUpGoesOnOneByOneOrAllAtOnce) {
  for (const auto* name : {"a", "b", "c"}) {
    nodes_.make(name);
    nodes_.hold_up(name, at(100s));
  }
  nodes_.go_on_with_held_up(false, at(1s));
  EXPECT_THAT(nodes_.due_by(at(1s)), ElementsAre("a"));
  EXPECT_TRUE(nodes_.anyone_held_up());
  nodes_.go_on_with_held_up(true, at(2s));
  EXPECT_THAT(nodes_.due_by(at(2s)), ElementsAre("a", "b", "c"));
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
