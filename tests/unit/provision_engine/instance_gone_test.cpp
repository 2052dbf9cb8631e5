// Whose question goes to the provider, and what its word counts.
#include "orchestrator/provision/instance_gone.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::provision {
namespace {

using testing::HasSubstr;
using Said = std::optional<bool>;

class InstanceGoneTest : public testing::Test {
 protected:
  Said ask(const Value& question = {{"name", "web-1"}}, const std::string& name = "web-1") {
    auto asked = gone_.ask(name, question);
    asked.start([] {});
    loop_.advance(std::chrono::milliseconds(0));
    EXPECT_TRUE(asked.ended());
    return asked.take();
  }

  fakes::VirtualLoop loop_;
  loop::Waits waits_{loop_};
  int calls_ = 0;
  Result<GoneWord> word_ = GoneWord{true, "terminated"};
  InstanceGone gone_{loop_, waits_, [this](const Value&) {
                       ++calls_;
                       return word_;
                     }};
};

TEST_F(InstanceGoneTest, OnlyAClearYesIsOne) {
  EXPECT_EQ(ask(), Said(true));
  word_ = GoneWord{false, ""};
  EXPECT_EQ(ask({{"name", "web-2"}}), Said(false));
  word_ = fail(Errc::timeout, "it hangs");
  EXPECT_EQ(ask({{"name", "web-3"}}), Said(false));
}

TEST_F(InstanceGoneTest, AnAnswerIsKeptForTheSameQuestionAloneAndNotForLong) {
  ask();
  ask();
  EXPECT_EQ(calls_, 1);
  ask({{"name", "web-1"}, {"held_since", "later"}});
  EXPECT_EQ(calls_, 2);
  loop_.advance(kGoneKept);
  ask();
  EXPECT_EQ(calls_, 3);
}

TEST_F(InstanceGoneTest, OfANameOneQuestionWaits) {
  auto first = gone_.ask("web-1", {{"name", "web-1"}});
  first.start([] {});
  EXPECT_EQ(ask({{"name", "web-1"}, {"asking", "another"}}), Said());
  EXPECT_EQ(calls_, 1);
  EXPECT_TRUE(first.ended());
  EXPECT_EQ(ask({{"name", "web-1"}, {"asking", "another"}}), Said(true)) << "now it may";
}

TEST_F(InstanceGoneTest, OfManyNamesSoManyWait) {
  std::vector<loop::Task<Said>> waiting;
  for (std::size_t i = 0; i <= kGoneQuestions; ++i) {
    const auto name = "web-" + std::to_string(i);
    waiting.push_back(gone_.ask(name, {{"name", name}}));
    waiting.back().start([] {});
  }
  EXPECT_TRUE(waiting.back().ended()) << "the one that was too many";
  EXPECT_EQ(waiting.back().take(), Said());
  loop_.advance(std::chrono::milliseconds(0));
  EXPECT_EQ(waiting.front().take(), Said(true));
}

TEST_F(InstanceGoneTest, WhoIsDroppedMayBeAskedAboutAgain) {
  {
    auto dropped = gone_.ask("web-1", {{"name", "web-1"}});
    dropped.start([] {});
  }
  EXPECT_EQ(ask({{"name", "web-1"}, {"asking", "another"}}), Said(true));
}

TEST_F(InstanceGoneTest, WhenWeStopNothingIsSaid) {
  waits_.stop();
  EXPECT_EQ(ask(), Said()) << "a call that was cut off says nothing about the instance";
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
