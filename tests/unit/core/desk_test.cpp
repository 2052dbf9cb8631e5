#include "node-agent/core/desk.hpp"

#include <gmock/gmock.h>

#include "tests/unit/core/desk_lab.hpp"

namespace muster::agent {
namespace {

using plugins::ActionReply;
using plugins::ActionRequest;
using testing::HasSubstr;
using namespace std::chrono_literals;

class DeskTest : public DeskLab {
 protected:
  void start(TestAgent::Work work, std::size_t queue = 10) {
    open(std::make_unique<TestAgent>("echo", std::move(work)), nullptr, queue);
  }
  // Actions that count themselves.
  void start() {
    start([this](const ActionRequest&) {
      ++begun_;
      return ActionReply::ok(Value::object());
    });
  }
  int begun_ = 0;
};

TEST_F(DeskTest, AnActionIsToldWhoAskedAndUntilWhen) {
  ActionRequest seen;
  start([&seen](const ActionRequest& request) {
    seen = request;
    return ActionReply::ok(Value::object());
  });
  const auto wire = request();
  call(wire);
  EXPECT_EQ(seen.agent, "echo");
  EXPECT_EQ(seen.action, "act");
  EXPECT_EQ(seen.caller, "cert=alice");
  EXPECT_EQ(seen.collective, "main");
  EXPECT_EQ(seen.request_id, wire.id);
  EXPECT_EQ(seen.data, (Value{{"count", 7}}));
  EXPECT_EQ(seen.deadline, loop_.clock().steady() + 10s);
  EXPECT_EQ(seen.ttl_s, 60U);
  EXPECT_EQ(seen.sent_at_ms, wire.sent_at_ms);
}

TEST_F(DeskTest, AProcessThatHasToStartGetsTimeForThat) {
  std::chrono::steady_clock::time_point deadline;
  auto agent = std::make_unique<TestAgent>("echo", [&deadline](const ActionRequest& request) {
    deadline = request.deadline;
    return ActionReply::ok(Value::object());
  });
  agent->set_start_up_time(1500ms);
  open(std::move(agent));
  call();
  EXPECT_EQ(deadline, loop_.clock().steady() + 11'500ms);
}

TEST_F(DeskTest, TheCallersOwnTimeoutCountsWhenItIsShorter) {
  std::chrono::steady_clock::time_point deadline;
  start([&deadline](const ActionRequest& request) {
    deadline = request.deadline;
    return ActionReply::ok(Value::object());
  });
  auto wire = request();
  wire.timeout_s = 3;
  call(wire);
  EXPECT_EQ(deadline, loop_.clock().steady() + 3s);
}

TEST_F(DeskTest, TheDeadlineCountsFromWhenTheMessageCame) {
  std::chrono::steady_clock::time_point deadline;
  start([&deadline](const ActionRequest& request) {
    deadline = request.deadline;
    return ActionReply::ok(Value::object());
  });
  const auto wire = request();
  const auto came = loop_.clock().steady();
  loop_.advance(4s);
  desk_->take({.payload = around_.sealed(wire), .direct = false, .sender = {}, .received = came},
              channel_);
  executor_->run_all();
  EXPECT_EQ(deadline, came + 10s);
}

TEST_F(DeskTest, OutputsThatAnActionLeftOutGetTheirDefault) {
  start();
  const auto reply = call();
  EXPECT_EQ(reply.status, 0U);
  EXPECT_EQ(reply.data, (Value{{"state", "unknown"}}));
  EXPECT_TRUE(desk_->idle());
  EXPECT_EQ(ended_, 1);
}

TEST_F(DeskTest, AFailureIsAnsweredAsTheAgentPutIt) {
  start([](const ActionRequest&) {
    return ActionReply::failed({Errc::missing_data, "no puppet here"});
  });
  const auto reply = call();
  EXPECT_EQ(reply.status, 3U);
  EXPECT_EQ(reply.outcome, messages::Outcome::answered);
  EXPECT_EQ(reply.message, "no puppet here");
  EXPECT_EQ(around_.statistics.replies, 1U);
}

TEST_F(DeskTest, AnAgentThatThrowsFailsOneCallAlone) {
  start([this](const ActionRequest&) -> ActionReply {
    switch (++begun_) {
      case 1:
        throw std::runtime_error("no such table");
      case 2:
        throw 42;  // plugins may
      default:
        return ActionReply::ok(Value::object());
    }
  });
  const auto first = call();
  EXPECT_EQ(first.status, 5U);
  EXPECT_THAT(first.message, HasSubstr("echo#act failed: no such table"));
  EXPECT_EQ(call().status, 5U);
  EXPECT_EQ(call().status, 0U);
}

TEST_F(DeskTest, AFullQueueAnswersBusy) {
  start([](const ActionRequest&) { return ActionReply::ok(Value::object()); }, 1);
  const auto waiting = take();
  const auto reply = reply_to(take());
  EXPECT_EQ(reply.outcome, messages::Outcome::busy);
  EXPECT_EQ(reply.status, 1U);
  EXPECT_EQ(reply.message, "n1 is busy: its queue of requests is full");
  EXPECT_EQ(around_.statistics.busy, 1U);
  executor_->run_all();
  EXPECT_EQ(reply_to(waiting).outcome, messages::Outcome::answered);
}

TEST_F(DeskTest, WhatWaitedPastItsDeadlineIsNotBegun) {
  start();
  const auto late = take();
  loop_.advance(10s);  // the grace is an action's, and none has begun
  executor_->run_all();
  const auto reply = reply_to(late);
  EXPECT_EQ(reply.outcome, messages::Outcome::busy);
  EXPECT_EQ(reply.message, "n1 is busy: no worker was free within 10 s");
  EXPECT_EQ(begun_, 0);
  loop_.advance(1h);
  EXPECT_EQ(replies(late), 1U);
}

TEST_F(DeskTest, WhoWaitsBehindActionsThatNeverEndIsToldAllTheSame) {
  start();
  const auto waiting = take();
  loop_.advance(11s);
  EXPECT_THAT(reply_to(waiting).message, HasSubstr("no worker was free within 10 s"));
  EXPECT_TRUE(desk_->idle());
  executor_->run_all();
  EXPECT_EQ(begun_, 0);
  EXPECT_EQ(replies(waiting), 1U);
}

TEST_F(DeskTest, OfAnAgentThatNeverEndsTheCallerIsToldOnce) {
  start();
  const auto id = take();
  executor_->run_first();  // and does not come back
  loop_.advance(10'999ms);
  EXPECT_EQ(replies(id), 0U) << "the grace belongs to the action";
  loop_.advance(1ms);
  const auto reply = reply_to(id);
  EXPECT_EQ(reply.status, 1U);
  EXPECT_EQ(reply.outcome, messages::Outcome::answered);
  EXPECT_EQ(reply.message, "echo#act did not end within 10 s on n1; it may still run");
  EXPECT_FALSE(desk_->idle()) << "its worker is still taken";
  executor_->give_back();
  EXPECT_TRUE(desk_->idle());
  EXPECT_EQ(replies(id), 1U);
}

TEST_F(DeskTest, WhatEndsWithinTheGraceSpeaksForItself) {
  start();
  const auto id = take();
  executor_->run_first();
  loop_.advance(10'900ms);
  executor_->give_back();
  EXPECT_EQ(reply_to(id).status, 0U);
  loop_.advance(1h);
  EXPECT_EQ(replies(id), 1U);
  EXPECT_TRUE(loop_.idle()) << "a deadline ends with its request";
}

TEST_F(DeskTest, RefusalsAreAnsweredWithoutAWorker) {
  start();
  around_.allows = false;
  const auto reply = reply_to(take());
  EXPECT_EQ(reply.outcome, messages::Outcome::refused);
  EXPECT_EQ(reply.message, "the policy says no");
  EXPECT_EQ(executor_->waiting(), 0U);
}

TEST_F(DeskTest, WhatIsDroppedLeavesNothing) {
  start();
  desk_->take(
      {.payload = "no envelope", .direct = false, .sender = {}, .received = loop_.clock().steady()},
      channel_);
  const auto wire = request();
  take(wire);
  take(wire);
  executor_->run_all();
  EXPECT_TRUE(desk_->idle());
  EXPECT_EQ(replies(wire.id), 1U);
}

TEST_F(DeskTest, OnceStoppedWhatWaitsAndWhatComesIsToldBusyAndOfWhatRunsTheCallerHearsTheEnd) {
  start();
  const auto running = take();
  executor_->run_first();
  const auto waiting = take();
  desk_->stop();
  EXPECT_EQ(reply_to(waiting).message, "n1 is busy: it is stopping");
  EXPECT_EQ(reply_to(take()).message, "n1 is busy: it is stopping");
  EXPECT_EQ(replies(running), 0U);
  desk_->give_up();
  EXPECT_EQ(reply_to(running).message,
            "echo#act did not end before the agent on n1 stopped; it may still run");
  executor_->run_all();
  executor_->give_back();
  EXPECT_TRUE(desk_->idle());
  EXPECT_EQ(replies(running), 1U);
  EXPECT_EQ(replies(waiting), 1U);
  EXPECT_EQ(begun_, 1);
}

TEST_F(DeskTest, AfterAStopWhatRunsIsFinished) {
  start();
  const auto running = take();
  executor_->run_first();
  desk_->stop();
  executor_->give_back();
  EXPECT_EQ(reply_to(running).status, 0U);
}

TEST_F(DeskTest, WhatComesBackToADeskThatIsGoneIsNobodys) {
  start();
  const auto id = take();
  executor_->run_first();
  desk_.reset();
  executor_->give_back();
  loop_.advance(1h);
  EXPECT_EQ(replies(id), 0U);
}

}  // namespace
}  // namespace muster::agent
