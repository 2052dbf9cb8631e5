// Whose turn it is to have the CAs asked, in virtual time.
#include "orchestrator/provision/live/ca_questions.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <list>

#include "tests/unit/provision_engine/fake_world.hpp"

namespace muster::provision {
namespace {

class CaQuestionsTest : public testing::Test {
 protected:
  using Asked = loop::Task<CaQuestions::Answers>;

  CaQuestionsTest() {
    world_.on("puppetca#status", [](const Value&) {
      return Value{{"state", "signed"}, {"fingerprint", "AB:CD"}};
    });
  }
  Asked& ask(const std::string& token, const std::string& name) {
    auto& asked = asked_.emplace_back(questions_.ask(token, name));
    asked.start([] {});
    return asked;
  }
  void ask_many(std::size_t count, const std::string& token) {
    for (std::size_t i = 0; i < count; ++i) ask(token, token + std::to_string(i));
  }
  std::size_t ended() const {
    return static_cast<std::size_t>(
        std::count_if(asked_.begin(), asked_.end(), [](const auto& one) { return one.ended(); }));
  }

  FakeWorld world_;
  std::vector<Master> masters_{Master{"puppet-1", "", "", "ca-1"}};
  CaQuestions questions_{world_, world_.waits, [this] { return masters_; }};
  std::list<Asked> asked_;
};

TEST_F(CaQuestionsTest, TheAnswerSaysWhatEachCaHas) {
  auto& asked = ask("t1", "web-1");
  world_.loop.advance(world_.latency);
  ASSERT_TRUE(asked.ended());
  const auto answers = asked.take();
  ASSERT_TRUE(answers);
  ASSERT_EQ(answers->size(), 1U);
  EXPECT_EQ((*answers)[0].ca_fingerprint, "ca-1");
  EXPECT_TRUE((*answers)[0].has_certificate);
  EXPECT_EQ((*answers)[0].certificate_fingerprint, "abcd");
}

TEST_F(CaQuestionsTest, ACaThatMayNotIssueTheNameIsNotAsked) {
  masters_[0].issues = {"db-*"};
  auto& asked = ask("t1", "web-1");
  world_.loop.advance(world_.latency);
  ASSERT_TRUE(asked.ended());
  EXPECT_EQ(asked.take()->size(), 0U);
  EXPECT_TRUE(world_.calls.empty());
}

TEST_F(CaQuestionsTest, SoManyNamesAreAskedAboutAtOnceAndTokensTakeTurns) {
  ask_many(3 * kAskedAtOnce, "flood");
  const auto& other = ask("t2", "web-1");
  EXPECT_EQ(world_.calls.size(), kAskedAtOnce);
  world_.loop.advance(2 * world_.latency);
  EXPECT_TRUE(other.ended());
  EXPECT_LT(ended(), 3 * kAskedAtOnce);
  world_.loop.advance(3 * world_.latency);
  EXPECT_EQ(ended(), 3 * kAskedAtOnce + 1);
}

TEST_F(CaQuestionsTest, NobodyIsAskedForWhoHasGivenUp) {
  ask_many(kAskedAtOnce, "flood");
  ask("t2", "web-1");
  asked_.pop_back();
  world_.loop.advance(3 * world_.latency);
  EXPECT_EQ(world_.calls.size(), kAskedAtOnce);
}

TEST_F(CaQuestionsTest, WhenWeStopSilenceIsNoAnswer) {
  ask_many(2 * kAskedAtOnce, "t1");
  world_.waits.stop();
  world_.loop.advance(std::chrono::milliseconds(0));
  ASSERT_EQ(ended(), 2 * kAskedAtOnce);
  for (auto& asked : asked_) EXPECT_FALSE(asked.take());
}

// Each of them is answered within the call that begins it.
TEST_F(CaQuestionsTest, ThousandsThatWaitAreAnsweredAtOnceWhenTheLastMasterGoes) {
  world_.silent.insert("puppetca#status");
  constexpr std::size_t kMany = 20'000;
  ask_many(kMany, "t1");
  masters_.clear();
  world_.loop.advance(2 * kAnswerPatience);
  EXPECT_EQ(ended(), kMany);
  EXPECT_EQ(world_.calls.size(), kAskedAtOnce);
}

}  // namespace
}  // namespace muster::provision
