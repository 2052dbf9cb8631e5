#include "orchestrator/client/pending.hpp"

#include <gtest/gtest.h>

#include <future>

namespace muster::client {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

Call call_of(std::chrono::milliseconds timeout, std::vector<std::string> targets = {}) {
  Call call;
  call.agent = "rpcutil";
  call.action = "ping";
  call.timeout = timeout;
  call.targets = std::move(targets);
  return call;
}

Answer answer_of(const std::string& identity, Outcome outcome = Outcome::ok) {
  Answer answer{"id", "rpcutil", "ping", {}};
  answer.result.identity = identity;
  answer.result.outcome = outcome;
  return answer;
}

PendingCall pending_of(const Call& call, Caller::ResultHandler handler = {}) {
  static const base::SystemClock clock;
  return {"id", call, std::move(handler), clock};
}

TEST(PendingCallTest, EndsWhenTheLastExpectedNodeHasAnswered) {
  auto pending = pending_of(call_of(1h));
  pending.expect({"n1", "n2"});
  pending.all_expected();
  pending.take(answer_of("n2"), Clock::now());
  auto waiting = std::async(std::launch::async, [&pending] { return pending.wait(); });
  pending.take(answer_of("n1"), Clock::now());
  const auto result = waiting.get();
  ASSERT_EQ(result.results.size(), 2U);
  EXPECT_EQ(result.results[0].identity, "n1");
  EXPECT_TRUE(result.complete());
  EXPECT_TRUE(result.all_ok());
}

TEST(PendingCallTest, WhoDoesNotWaitIsToldOnceWhenItIsComplete) {
  auto pending = pending_of(call_of(1h));
  pending.expect({"n1", "n2"});
  pending.all_expected();
  int told = 0;
  pending.on_complete([&] { ++told; });
  pending.take(answer_of("n1"), Clock::now());
  EXPECT_EQ(told, 0);
  pending.take(answer_of("n2"), Clock::now());
  pending.take(answer_of("n2"), Clock::now());
  EXPECT_EQ(told, 1);
  EXPECT_TRUE(pending.end().all_ok());
}

TEST(PendingCallTest, WhatIsCompleteAlreadyIsToldAtOnce) {
  auto pending = pending_of(call_of(1h));
  pending.expect({"n1"});
  pending.all_expected();
  pending.take(answer_of("n1"), Clock::now());
  bool complete = false;
  pending.on_complete([&] { complete = pending.end().complete(); });
  EXPECT_TRUE(complete);
}

TEST(PendingCallTest, WhoHasNotAnsweredWhenItIsEndedIsSilent) {
  auto pending = pending_of(call_of(1h));
  pending.expect({"n1", "n2"});
  pending.all_expected();
  pending.take(answer_of("n1"), Clock::now());
  EXPECT_EQ(pending.end().silent(), std::vector<std::string>{"n2"});
}

TEST(PendingCallTest, AnswersMayComeBeforeTheyAreExpected) {
  auto pending = pending_of(call_of(1h));
  pending.take(answer_of("n1"), Clock::now());
  pending.expect({"n1"});
  pending.all_expected();
  const auto result = pending.wait();
  EXPECT_TRUE(result.complete());
  EXPECT_TRUE(result.unexpected.empty());
}

TEST(PendingCallTest, WhoIsSilentIsNamedAtTheDeadline) {
  auto pending = pending_of(call_of(20ms));
  pending.expect({"n1", "n2"});
  pending.all_expected();
  pending.take(answer_of("n1"), Clock::now());
  const auto result = pending.wait();
  ASSERT_EQ(result.results.size(), 2U);
  EXPECT_EQ(result.results[1].identity, "n2");
  EXPECT_EQ(result.results[1].outcome, Outcome::silent);
  EXPECT_FALSE(result.complete());
}

TEST(PendingCallTest, ASecondAnswerOfANodeIsADuplicate) {
  int handled = 0;
  auto pending = pending_of(call_of(1h), [&handled](const NodeResult&) { ++handled; });
  pending.expect({"n1"});
  pending.all_expected();
  pending.take(answer_of("n1"), Clock::now());
  pending.take(answer_of("n1", Outcome::failed), Clock::now());
  const auto result = pending.wait();
  EXPECT_EQ(result.duplicates, 1U);
  EXPECT_EQ(result.results.front().outcome, Outcome::ok) << "the first answer counts";
  EXPECT_EQ(handled, 1);
}

TEST(PendingCallTest, ANodeThatWasNotAskedIsNotBelieved) {
  auto pending = pending_of(call_of(20ms, {"n1"}));
  pending.expect({"n1"});
  pending.all_expected();
  pending.take(answer_of("n9"), Clock::now());
  const auto result = pending.wait();
  ASSERT_EQ(result.results.size(), 1U);
  EXPECT_EQ(result.unverified, 1U);
  EXPECT_NE(result.last_unverified.find("n9"), std::string::npos);
}

TEST(PendingCallTest, AnAnswerAboutAnotherActionIsNotBelieved) {
  auto pending = pending_of(call_of(20ms));
  auto answer = answer_of("n1");
  answer.action = "inventory";
  pending.expect({"n1"});
  pending.all_expected();
  pending.take(std::move(answer), Clock::now());
  const auto result = pending.wait();
  EXPECT_EQ(result.unverified, 1U);
  EXPECT_EQ(result.results.front().outcome, Outcome::silent);
}

TEST(PendingCallTest, AnswersThatNobodyExpectedAreCountedAndKept) {
  auto pending = pending_of(call_of(1h));
  pending.expect({"n1"});
  pending.take(answer_of("n1"), Clock::now());
  pending.take(answer_of("n2"), Clock::now());
  pending.all_expected();
  const auto result = pending.wait();
  EXPECT_EQ(result.results.size(), 2U);
  EXPECT_EQ(result.unexpected, std::vector<std::string>{"n2"});
}

TEST(PendingCallTest, WhoCouldNotBeSentTheRequestIsSilentAtOnceAndTheOthersAreHeard) {
  auto pending = pending_of(call_of(1h));
  pending.expect({"n1", "n2"});
  pending.all_expected();
  pending.not_sent({"n2"}, "the connection is lost");
  pending.take(answer_of("n1"), Clock::now());
  const auto result = pending.wait();
  ASSERT_EQ(result.results.size(), 2U);
  EXPECT_EQ(result.results[0].outcome, Outcome::ok);
  EXPECT_EQ(result.results[1].outcome, Outcome::silent);
  EXPECT_EQ(result.send_error, "the connection is lost");
}

TEST(PendingCallTest, AfterTheEndTheHandlerIsNotCalledAgain) {
  int handled = 0;
  auto pending = pending_of(call_of(1ms), [&handled](const NodeResult&) { ++handled; });
  pending.expect({"n1"});
  pending.all_expected();
  static_cast<void>(pending.wait());
  pending.take(answer_of("n1"), Clock::now());
  EXPECT_EQ(handled, 0);
}

TEST(PendingCallTest, ACallThatExpectsNobodyEndsAtOnceWhenItIsToldSo) {
  auto pending = pending_of(call_of(1h));
  pending.all_expected();
  EXPECT_TRUE(pending.wait().results.empty());
}

}  // namespace
}  // namespace muster::client
