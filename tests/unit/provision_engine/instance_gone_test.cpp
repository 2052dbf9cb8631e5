// Whose question goes to the provider, and what its word counts.
#include "orchestrator/provision/instance_gone.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <list>
#include <utility>

#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::provision {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

class InstanceGoneTest : public testing::Test, private loop::Executor {
 protected:
  using Asked = loop::Task<Result<bool>>;

  Asked& begin(const std::string& name, Value question = {}, const std::string& token = "t1") {
    if (question.is_null()) question = {{"name", name}};
    auto& asked = asked_.emplace_back(gone_.ask(token, name, std::move(question)));
    asked.start([] {});
    return asked;
  }
  Result<bool> ask(const std::string& name = "web-1", const Value& question = {}) {
    auto& asked = begin(name, question);
    loop_.advance(takes_);
    EXPECT_TRUE(asked.ended());
    return asked.take();
  }
  std::string refusal(Asked& asked) {
    EXPECT_TRUE(asked.ended());
    const auto said = asked.take();
    EXPECT_EQ(said.error().code, Errc::limit);
    return said.error().message;
  }

  fakes::VirtualLoop loop_;
  loop::Waits waits_{loop_};
  int calls_ = 0;
  milliseconds takes_{0};  // each call
  Result<GoneWord> word_ = GoneWord{true, "terminated"};
  InstanceGone gone_{*this, waits_, [this](const Value&) {
                       ++calls_;
                       return word_;
                     }};
  std::list<Asked> asked_;

 private:
  Status run(Work work) override {
    const bool free = !std::exchange(is_busy_, true);
    EXPECT_TRUE(free) << "the provider gets one question at a time";
    loop_.after(takes_, [this, work = std::move(work)] {
      is_busy_ = false;
      if (const auto then = work()) then();
    });
    return {};
  }
  bool is_busy_ = false;
};

TEST_F(InstanceGoneTest, OnlyAClearYesIsOne) {
  EXPECT_EQ(ask("web-1"), true);
  word_ = GoneWord{false, ""};
  EXPECT_EQ(ask("web-2"), false);
  word_ = fail(Errc::timeout, "it hangs");
  EXPECT_EQ(ask("web-3"), false);
}

TEST_F(InstanceGoneTest, AnAnswerIsKeptForTheSameQuestionAloneAndNotForLong) {
  ask();
  ask();
  EXPECT_EQ(calls_, 1);
  ask("web-1", {{"name", "web-1"}, {"held_since", "later"}});
  EXPECT_EQ(calls_, 2);
  loop_.advance(kGoneKept);
  ask();
  EXPECT_EQ(calls_, 3);
}

TEST_F(InstanceGoneTest, WhoAsksTheSameMeanwhileGetsTheSameAnswer) {
  auto& first = begin("web-1");
  auto& again = begin("web-1");
  loop_.advance(milliseconds(0));
  EXPECT_EQ(first.take(), true);
  EXPECT_EQ(again.take(), true);
  EXPECT_EQ(calls_, 1);
}

TEST_F(InstanceGoneTest, OfANameOneQuestionWaitsAndTheOtherIsToldSo) {
  begin("web-1");
  auto& other = begin("web-1", {{"name", "web-1"}, {"asking", "another"}});
  EXPECT_THAT(refusal(other), HasSubstr("about this name"));
  loop_.advance(milliseconds(0));
  EXPECT_EQ(ask("web-1", {{"name", "web-1"}, {"asking", "another"}}), true) << "now it may";
}

// A provider at its slowest: whoever has a place is answered, however many came.
TEST_F(InstanceGoneTest, UnderLoadWhoHasAPlaceIsAnsweredInTimeAndTheOthersAreToldSo) {
  takes_ = kGonePatience;
  for (std::size_t i = 0; i < 10 * kGoneQuestions; ++i)
    begin("web-" + std::to_string(i), {}, "t" + std::to_string(i % 4));
  loop_.advance(kGoneQuestions * kGonePatience);
  std::size_t answered = 0;
  for (auto& asked : asked_) {
    ASSERT_TRUE(asked.ended());
    const auto said = asked.take();
    if (said)
      ++answered;
    else
      EXPECT_THAT(said.error().message, HasSubstr("50 names wait for its word"));
  }
  EXPECT_EQ(answered, kGoneQuestions);
  EXPECT_EQ(ask("web-499"), true) << "it comes again";
}

TEST_F(InstanceGoneTest, OneTokensMachinesTakeNotAllPlaces) {
  for (std::size_t i = 0; i < kGoneQuestionsOfAToken; ++i) begin("web-" + std::to_string(i));
  EXPECT_THAT(refusal(begin("web-1000")), HasSubstr("with the same token"));
  auto& other = begin("db-1", {}, "t2");
  loop_.advance(milliseconds(0));
  EXPECT_EQ(other.take(), true);
}

TEST_F(InstanceGoneTest, WhoIsDroppedLeavesItsAnswerToOthers) {
  begin("web-1");
  asked_.clear();
  loop_.advance(milliseconds(0));
  EXPECT_EQ(ask("web-1"), true);
  EXPECT_EQ(calls_, 1);
}

TEST_F(InstanceGoneTest, WhenWeStopNothingIsSaid) {
  auto& asked = begin("web-1");
  auto& waiting = begin("web-2");
  waits_.stop();
  loop_.advance(milliseconds(0));
  EXPECT_EQ(asked.take().error().code, Errc::unavailable)
      << "a call that was cut off says nothing about the instance";
  EXPECT_EQ(waiting.take().error().code, Errc::unavailable);
  EXPECT_LE(calls_, 1);
}

TEST_F(InstanceGoneTest, WordsAreReadStrictly) {
  EXPECT_TRUE(read_gone_word(R"({"gone": true})")->gone);
  EXPECT_EQ(read_gone_word(R"({"gone": false, "reason": "runs"})")->reason, "runs");
  for (const auto* wrong :
       {"", "true", "[]", R"({"gone": "true"})", R"({"gone": 1})", R"({"Gone": true})",
        R"({"gone": true, "raeson": "x"})", R"({"gone": true, "reason": 1})",
        R"({"gone": true, "reason": "x", "more": 1})", R"({"gone": true} x)"})
    EXPECT_THAT(read_gone_word(wrong).error().message, HasSubstr("{\"gone\": true or false"))
        << wrong;
}

}  // namespace
}  // namespace muster::provision
