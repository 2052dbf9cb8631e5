// Whose machine is attested next, how many at once, and what it counts when the program says nothing.
#include "orchestrator/provision/attestor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <list>
#include <nlohmann/json.hpp>
#include <vector>

#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::provision {
namespace {

using admission::Attestation;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using Word = Attestation::Word;

class AttestorTest : public testing::Test, private loop::Executor {
 protected:
  using Asked = loop::Task<Attestation>;

  Asked& begin(const std::string& name, const std::string& token = "t1") {
    auto& asked = asked_.emplace_back(
        attestor_.ask(token, name, Value{{"name", name}, {"token", {{"id", token}}}}));
    asked.start([] {});
    return asked;
  }
  Attestation ask(const std::string& name) {
    auto& asked = begin(name);
    loop_.advance(takes_);
    EXPECT_TRUE(asked.ended());
    return asked.take();
  }

  fakes::VirtualLoop loop_;
  loop::Waits waits_{loop_};
  milliseconds takes_{100};  // each call
  std::vector<std::string> names_;
  int running_ = 0, most_running_ = 0;
  Result<Attestation> word_ = Attestation{Word::admit, "measured"};
  Attestor attestor_{*this, waits_, 2, [this](const Value& question) {
                       names_.push_back(question.at("name"));
                       return word_;
                     }};
  std::list<Asked> asked_;

 private:
  Status run(Work work) override {
    most_running_ = std::max(most_running_, ++running_);
    loop_.after(takes_, [this, work = std::move(work)] {
      --running_;
      if (const auto then = work()) then();
    });
    return {};
  }
};

TEST_F(AttestorTest, ItsWordIsGivenWithItsReason) {
  EXPECT_EQ(ask("web-1").word, Word::admit);
  word_ = Attestation{Word::refuse, "unknown serial"};
  const auto refused = ask("web-2");
  EXPECT_EQ(refused.word, Word::refuse);
  EXPECT_EQ(refused.reason, "unknown serial");
  EXPECT_EQ(attestor_.counts().admitted, 1U);
  EXPECT_EQ(attestor_.counts().refused, 1U);
}

TEST_F(AttestorTest, AProgramThatFailsLetsTheMachineWaitWithWordsAndIsCounted) {
  word_ = fail(Errc::timeout, "/bin/attest: not done within 10 s");
  const auto waits = ask("web-1");
  EXPECT_EQ(waits.word, Word::wait);
  EXPECT_THAT(waits.reason, HasSubstr("program failed: /bin/attest: not done within 10 s"));
  EXPECT_EQ(attestor_.counts().failed, 1U);
  word_ = Attestation{Word::admit, ""};
  EXPECT_EQ(ask("web-1").word, Word::admit) << "it is asked again, with the next announcement";
}

TEST_F(AttestorTest, WhoWasLetInIsNotAskedAboutAgainForAWhile) {
  ask("web-1");
  begin("web-1");
  EXPECT_TRUE(asked_.back().ended());
  EXPECT_EQ(names_.size(), 1U);
  loop_.advance(kAdmittedKept);
  ask("web-1");
  EXPECT_EQ(names_.size(), 2U);
}

TEST_F(AttestorTest, OnlySoManyAreAskedAtOnceAndTokensTakeTurns) {
  for (const auto* name : {"a1", "a2", "a3", "a4"}) begin(name, "greedy");
  begin("z", "modest");
  loop_.advance(3 * takes_);
  EXPECT_EQ(most_running_, 2);
  EXPECT_THAT(names_, ElementsAre("a1", "a2", "z", "a3", "a4"));
  for (auto& asked : asked_) EXPECT_TRUE(asked.ended());
}

TEST_F(AttestorTest, WhoAsksTheSameMeanwhileGetsTheSameAnswer) {
  word_ = Attestation{Word::wait, "not booted yet"};
  auto& first = begin("web-1");
  auto& second = begin("web-1");
  loop_.advance(takes_);
  EXPECT_EQ(first.take().reason, "not booted yet");
  EXPECT_EQ(second.take().reason, "not booted yet");
  EXPECT_EQ(names_.size(), 1U);
}

TEST_F(AttestorTest, OfOneTokenOnlySoManyWaitAndTheRestAreToldWhy) {
  takes_ = std::chrono::hours(1);
  for (std::size_t i = 0; i < kAttestationsOfAToken; ++i) begin("n" + std::to_string(i));
  auto& left_out = begin("one more");
  ASSERT_TRUE(left_out.ended());
  const auto said = left_out.take();
  EXPECT_EQ(said.word, Word::wait);
  EXPECT_THAT(said.reason, HasSubstr("with its next announcement"));
  EXPECT_FALSE(begin("another", "t2").ended());
}

TEST_F(AttestorTest, WhoCouldNotBeAskedAboutInTimeWaits) {
  takes_ = std::chrono::hours(1);
  begin("a");
  begin("b");
  auto& third = begin("c");
  loop_.advance(kAttestationTurn);
  ASSERT_TRUE(third.ended());
  EXPECT_THAT(third.take().reason, HasSubstr("could not be asked in time"));
}

TEST_F(AttestorTest, AStopAsksNobodyMore) {
  begin("a");
  begin("b");
  begin("c");
  waits_.stop();
  loop_.advance(5 * takes_);
  EXPECT_EQ(names_.size(), 2U);
  EXPECT_EQ(attestor_.counts().admitted, 0U);
}

}  // namespace
}  // namespace muster::provision
