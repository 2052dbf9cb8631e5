// Whose turn it is to speak of what all orchestrators see.
#include "orchestrator/provision/our_turn.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::provision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;

class OurTurnTest : public testing::Test {
 protected:
  void wait(const std::string& identity, const std::string& word,
            const std::string& about = "its end") {
    turn_.wait(identity, about, [this, word] { spoken_.push_back(word); });
  }

  fakes::VirtualLoop loop_;
  loop::Waits waits_{loop_};
  std::vector<std::string> spoken_;
  OurTurn turn_{waits_, "orch1"};
};

TEST_F(OurTurnTest, ItComesAtItsTimeAndNotBefore) {
  const auto turn = turn_of("orch1", "web1");
  ASSERT_GT(turn, 0ms) << "another name would show more";
  wait("web1", "a");
  loop_.advance(turn - 1ms);
  EXPECT_THAT(spoken_, IsEmpty());
  loop_.advance(1ms);
  EXPECT_THAT(spoken_, ElementsAre("a"));
}

TEST_F(OurTurnTest, OrchestratorsHaveTheirsApartAndAllWithinTheTime) {
  std::set<std::chrono::milliseconds> turns;
  for (const auto* as : {"orch1", "orch2", "orch3"}) turns.insert(turn_of(as, "web1"));
  for (int i = 0; i < 100; ++i) turns.insert(turn_of("orch1", "node" + std::to_string(i)));
  EXPECT_LT(*turns.rbegin(), kTurnsTake);
  EXPECT_GT(turns.size(), 80U) << "nodes do not all fall on one moment";
}

TEST_F(OurTurnTest, WhatIsAboutSomethingElseHasATurnOfItsOwn) {
  wait("web1", "it ended");
  wait("web1", "it is late", "its age");
  loop_.advance(kTurnsTake);
  EXPECT_THAT(spoken_, testing::UnorderedElementsAre("it ended", "it is late"));
}

TEST_F(OurTurnTest, WhileANodeWaitsNothingElseAboutTheSameDoes) {
  wait("web1", "first");
  wait("web1", "second");
  wait("web2", "another");
  loop_.advance(kTurnsTake);
  EXPECT_THAT(spoken_, testing::UnorderedElementsAre("first", "another"));
  wait("web1", "third");
  loop_.advance(kTurnsTake);
  EXPECT_THAT(spoken_, SizeIs(3)) << "its turn was over";
}

TEST_F(OurTurnTest, WhoeverSpeaksMayWaitForItsNextTurn) {
  turn_.wait("web1", "its end", [this] { wait("web1", "again"); });
  loop_.advance(2 * kTurnsTake);
  EXPECT_THAT(spoken_, ElementsAre("again"));
}

TEST_F(OurTurnTest, WhoStopsSaysNothingAnyMore) {
  wait("web1", "a");
  waits_.stop();
  loop_.advance(kTurnsTake);
  EXPECT_THAT(spoken_, IsEmpty());
}

TEST_F(OurTurnTest, WhatWaitsGoesWithIt) {
  {
    OurTurn gone(waits_, "orch2");
    gone.wait("web1", "its end", [this] { spoken_.push_back("a"); });
  }
  loop_.advance(kTurnsTake);
  EXPECT_THAT(spoken_, IsEmpty());
  EXPECT_EQ(waits_.size(), 0U);
}

}  // namespace
}  // namespace muster::provision
