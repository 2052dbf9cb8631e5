#include "orchestrator/control/questions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "tests/support/fakes/wait_until.hpp"

namespace muster::control {
namespace {

using testing::HasSubstr;

class QuestionsTest : public testing::Test {
 protected:
  ~QuestionsTest() override { may_end_ = true; }
  static Judged question(const std::string& caller) {
    Judged judged;
    judged.request.caller = caller;
    return judged;
  }

  std::atomic<int> answered_{0};
  std::atomic<bool> may_end_{false};
  Questions questions_{[this](const Judged&) {
    EXPECT_TRUE(fakes::wait_until([&] { return may_end_.load(); }));
    ++answered_;
  }};
};

TEST_F(QuestionsTest, OneCallerHasOnlySoManyWaitingAndOthersHaveTheirPlaces) {
  for (std::size_t i = 0; i < kQuestionsOfCaller; ++i) EXPECT_TRUE(questions_.put(question("al")));
  const auto refused = questions_.put(question("al"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::limit);
  EXPECT_THAT(refused.error().message, HasSubstr("4 of them yours"));
  EXPECT_TRUE(questions_.put(question("bo")));
  may_end_ = true;
  EXPECT_TRUE(fakes::wait_until([&] { return answered_ == 5; }));
  EXPECT_TRUE(fakes::wait_until([&] { return bool(questions_.put(question("al"))); }))
      << "its places are free again";
}

TEST_F(QuestionsTest, ThereIsALimitForAll) {
  for (std::size_t i = 0; i < kQuestionsWaiting; ++i)
    EXPECT_TRUE(questions_.put(question("c" + std::to_string(i))));
  EXPECT_FALSE(questions_.put(question("one more")));
}

TEST(QuestionTest, WhatChangesSomethingIsNone) {
  EXPECT_TRUE(is_question("provision_stats"));
  EXPECT_TRUE(is_question("provision_history"));
  EXPECT_TRUE(is_question("notifications_list"));
  for (const auto* action : {"node_ban", "provision_again", "roll_call", "approval_list", ""})
    EXPECT_FALSE(is_question(action)) << action;
}

}  // namespace
}  // namespace muster::control
