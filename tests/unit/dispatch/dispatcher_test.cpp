#include "node-agent/dispatch/dispatcher.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <map>

#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"
#include "proto/security/verifier.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/dispatch/gate_surroundings.hpp"
#include "tests/unit/dispatch/test_agent.hpp"

namespace muster::agent {
namespace {

using plugins::ActionReply;
using plugins::ActionRequest;
using testing::HasSubstr;
using namespace std::chrono_literals;

// A gate that a test opens; what waits at it counts itself.
class Barrier {
 public:
  ~Barrier() { open(); }
  void wait() {
    ++waiting_;
    opened_.wait();
  }
  void open() {
    if (!done_.exchange(true)) promise_.set_value();
  }
  [[nodiscard]] bool reached_by(int number) {
    return fakes::wait_until([&] { return waiting_ == number; });
  }

 private:
  std::promise<void> promise_;
  std::shared_future<void> opened_ = promise_.get_future().share();
  std::atomic<int> waiting_{0};
  std::atomic<bool> done_{false};
};

class DispatcherTest : public testing::Test {
 protected:
  DispatcherTest() {
    EXPECT_TRUE(nodes_.add(around_.pki.puppet_ca().certificate()));
    auto channel = std::make_shared<Channel>();
    channel->signer = std::make_shared<const security::Signer>(node_.signer());
    channel->reply = [this](const messages::Request&, const std::string& sealed) {
      const auto opened = security::open(sealed, envelope::Kind::reply, nodes_).value();
      auto reply = messages::Reply::decode(opened.body).value();
      const std::lock_guard lock(mutex_);
      replies_.insert({reply.request_id, reply});
    };
    channel_ = channel;
  }

  void start(TestAgent::Work work, std::size_t workers = 1, std::size_t queue = 10) {
    start(std::make_unique<TestAgent>("echo", std::move(work)), around_.clock, workers, queue);
  }
  void start(std::unique_ptr<TestAgent> agent, const base::Clock& clock, std::size_t workers = 1,
             std::size_t queue = 10) {
    table_.emplace(agents_of(std::move(agent)));
    dispatcher_ = std::make_unique<Dispatcher>(around_.context(*table_, clock), around_.statistics,
                                               workers, queue);
  }
  // The id of the request.
  std::string submit(const messages::Request& wire) {
    dispatcher_->submit(around_.sealed(wire), false, channel_);
    return wire.id;
  }
  std::string submit() { return submit(around_.request()); }

  std::size_t replies(const std::string& id) {
    const std::lock_guard lock(mutex_);
    return replies_.count(id);
  }
  messages::Reply reply_to(const std::string& id) {
    EXPECT_TRUE(fakes::wait_until([&] { return replies(id) > 0; })) << id;
    const std::lock_guard lock(mutex_);
    const auto found = replies_.find(id);
    return found == replies_.end() ? messages::Reply() : found->second;
  }

  void TearDown() override {
    barrier_.open();
    dispatcher_.reset();
  }

  Barrier barrier_;
  std::atomic<int> begun_{0};  // actions
  GateSurroundings around_;
  test::Holder node_ = around_.pki.node("n1");
  security::TrustStore nodes_{around_.real_clock};
  std::mutex mutex_;
  std::multimap<std::string, messages::Reply> replies_;
  std::shared_ptr<const Channel> channel_;
  std::optional<AgentTable> table_;
  std::unique_ptr<Dispatcher> dispatcher_;
};

TEST_F(DispatcherTest, AnActionIsToldWhoAskedAndUntilWhen) {
  std::promise<ActionRequest> seen;
  start([&seen](const ActionRequest& request) {
    seen.set_value(request);
    return ActionReply::ok(Value::object());
  });
  const auto id = submit();
  const auto request = seen.get_future().get();
  EXPECT_EQ(request.agent, "echo");
  EXPECT_EQ(request.action, "act");
  EXPECT_EQ(request.caller, "cert=alice");
  EXPECT_EQ(request.collective, "main");
  EXPECT_EQ(request.request_id, id);
  EXPECT_EQ(request.data, (Value{{"count", 7}}));
  EXPECT_EQ(request.deadline, around_.clock.steady() + 10s);
  EXPECT_EQ(request.ttl_s, 60U);
  EXPECT_EQ(request.sent_at_ms, around_.clock.unix_ms());
  reply_to(id);
}

TEST_F(DispatcherTest, AProcessThatHasToStartGetsTimeForThat) {
  std::promise<std::chrono::steady_clock::time_point> seen;
  auto agent = std::make_unique<TestAgent>("echo", [&seen](const ActionRequest& request) {
    seen.set_value(request.deadline);
    return ActionReply::ok(Value::object());
  });
  agent->set_start_up_time(1500ms);
  start(std::move(agent), around_.clock);
  const auto id = submit();
  EXPECT_EQ(seen.get_future().get(), around_.clock.steady() + 11'500ms);
  reply_to(id);
}

TEST_F(DispatcherTest, TheCallersOwnTimeoutCountsWhenItIsShorter) {
  std::promise<std::chrono::steady_clock::time_point> seen;
  start([&seen](const ActionRequest& request) {
    seen.set_value(request.deadline);
    return ActionReply::ok(Value::object());
  });
  auto wire = around_.request();
  wire.timeout_s = 3;
  const auto id = submit(wire);
  EXPECT_EQ(seen.get_future().get(), around_.clock.steady() + 3s);
  reply_to(id);
}

TEST_F(DispatcherTest, OutputsThatAnActionLeftOutGetTheirDefault) {
  start([](const ActionRequest&) { return ActionReply::ok(Value::object()); });
  const auto reply = reply_to(submit());
  EXPECT_EQ(reply.status, 0U);
  EXPECT_EQ(reply.data, (Value{{"state", "unknown"}}));
}

TEST_F(DispatcherTest, AFailureIsAnsweredAsTheAgentPutIt) {
  start([](const ActionRequest&) {
    return ActionReply::failed({Errc::missing_data, "no puppet here"});
  });
  const auto reply = reply_to(submit());
  EXPECT_EQ(reply.status, 3U);
  EXPECT_EQ(reply.outcome, messages::Outcome::answered);
  EXPECT_EQ(reply.message, "no puppet here");
  EXPECT_EQ(around_.statistics.replies, 1U);
}

TEST_F(DispatcherTest, AnAgentThatThrowsFailsOneCallAlone) {
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
  const auto first = reply_to(submit());
  EXPECT_EQ(first.status, 5U);
  EXPECT_THAT(first.message, HasSubstr("echo#act failed: no such table"));
  EXPECT_EQ(reply_to(submit()).status, 5U);
  EXPECT_EQ(reply_to(submit()).status, 0U);
}

TEST_F(DispatcherTest, AFullQueueAnswersBusy) {
  start(
      [this](const ActionRequest&) {
        barrier_.wait();
        return ActionReply::ok(Value::object());
      },
      1, 1);
  const auto running = submit();
  ASSERT_TRUE(barrier_.reached_by(1));
  const auto waiting = submit();
  const auto reply = reply_to(submit());
  EXPECT_EQ(reply.outcome, messages::Outcome::busy);
  EXPECT_EQ(reply.status, 1U);
  EXPECT_THAT(reply.message, HasSubstr("n1 is busy"));
  EXPECT_EQ(around_.statistics.busy, 1U);
  barrier_.open();
  EXPECT_EQ(reply_to(running).outcome, messages::Outcome::answered);
  EXPECT_EQ(reply_to(waiting).outcome, messages::Outcome::answered);
}

TEST_F(DispatcherTest, WhatWaitedPastItsDeadlineIsNotBegun) {
  start([this](const ActionRequest&) {
    ++begun_;
    barrier_.wait();
    return ActionReply::ok(Value::object());
  });
  submit();
  ASSERT_TRUE(barrier_.reached_by(1));
  const auto late = submit();
  ASSERT_TRUE(fakes::wait_until([this] { return around_.statistics.passed == 2; }));
  const auto last = submit();
  ASSERT_TRUE(fakes::wait_until([this] { return around_.statistics.passed == 3; }));
  around_.clock.advance(10s);
  barrier_.open();
  for (const auto& id : {late, last}) {
    const auto reply = reply_to(id);
    EXPECT_EQ(reply.outcome, messages::Outcome::busy);
    EXPECT_THAT(reply.message, HasSubstr("no worker was free within 10 s"));
  }
  EXPECT_EQ(begun_, 1);
}

TEST_F(DispatcherTest, OfAnAgentThatNeverEndsTheCallerIsToldOnce) {
  auto agent = std::make_unique<TestAgent>("echo", [this](const ActionRequest&) {
    barrier_.wait();
    return ActionReply::ok(Value::object());
  });
  agent->set_timeout(1s);
  start(std::move(agent), around_.real_clock);
  auto wire = around_.request();
  wire.sent_at_ms = around_.real_clock.unix_ms() + 1'000;
  const auto id = submit(wire);
  const auto reply = reply_to(id);
  EXPECT_EQ(reply.status, 1U);
  EXPECT_THAT(reply.message, HasSubstr("echo#act did not end within 1 s on n1"));
  EXPECT_FALSE(dispatcher_->wait_idle(1ms)) << "its worker is still taken";
  barrier_.open();
  EXPECT_TRUE(dispatcher_->wait_idle(fakes::kPatience));
  EXPECT_EQ(replies(id), 1U);
}

TEST_F(DispatcherTest, AnAgentThatNeverEndsDoesNotHoldUpTheOtherWorkers) {
  start(
      [&](const ActionRequest&) {
        if (begun_++ == 0) barrier_.wait();
        return ActionReply::ok(Value::object());
      },
      2);
  submit();
  ASSERT_TRUE(barrier_.reached_by(1));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(reply_to(submit()).status, 0U);
}

TEST_F(DispatcherTest, RefusalsAreAnsweredWithoutAWorker) {
  start([this](const ActionRequest&) {
    barrier_.wait();
    return ActionReply::ok(Value::object());
  });
  submit();
  ASSERT_TRUE(barrier_.reached_by(1));
  around_.allows = false;
  const auto reply = reply_to(submit());
  EXPECT_EQ(reply.outcome, messages::Outcome::refused);
  EXPECT_EQ(reply.message, "the policy says no");
}

TEST_F(DispatcherTest, WhatIsDroppedCountsAsDone) {
  start([](const ActionRequest&) { return ActionReply::ok(Value::object()); });
  dispatcher_->submit("no envelope", false, channel_);
  const auto wire = around_.request();
  submit(wire);
  submit(wire);
  EXPECT_TRUE(dispatcher_->wait_idle(fakes::kPatience));
  EXPECT_EQ(replies(wire.id), 1U);
}

TEST_F(DispatcherTest, AFullIntakeIsToldByTheJudgeNotByTheBusThread) {
  table_.emplace(agents_of(std::make_unique<TestAgent>("echo")));
  auto context = around_.context(*table_);
  context.collectives = [this] {
    barrier_.wait();
    return around_.collectives;
  };
  dispatcher_ = std::make_unique<Dispatcher>(std::move(context), around_.statistics, 1, 10);
  submit();
  ASSERT_TRUE(barrier_.reached_by(1));
  for (std::size_t i = 0; i <= kIntakeQueue.per_sender; ++i)
    dispatcher_->submit("no envelope", false, channel_);
  EXPECT_EQ(around_.statistics.busy, 1U);
  EXPECT_EQ(around_.audit.counts().written, 0U) << "the disk may be slow";
  barrier_.open();
  ASSERT_TRUE(dispatcher_->wait_idle(fakes::kPatience));
  EXPECT_THAT(around_.folder.read("audit.log"), HasSubstr("faster than they can be verified"));
}

// By the broker's word, whatever certificate the messages carry.
TEST_F(DispatcherTest, AFloodUnderOneCallersNameTakesNoOthersPlace) {
  table_.emplace(agents_of(std::make_unique<TestAgent>("echo")));
  auto context = around_.context(*table_);
  std::atomic<bool> held{false};
  context.collectives = [this, &held] {
    if (held) barrier_.wait();
    return around_.collectives;
  };
  dispatcher_ = std::make_unique<Dispatcher>(std::move(context), around_.statistics, 1, 10);
  held = true;
  submit();
  ASSERT_TRUE(barrier_.reached_by(1));
  const auto copied = around_.sealed(around_.request());
  for (std::size_t i = 0; i < 2 * kIntakeQueue.items; ++i)
    dispatcher_->submit(copied, false, channel_, "mallory");
  const auto wire = around_.request();
  const auto& hers = wire.id;
  dispatcher_->submit(around_.sealed(wire), false, channel_, "alice");
  held = false;
  barrier_.open();
  EXPECT_EQ(reply_to(hers).status, 0U);
  EXPECT_TRUE(dispatcher_->wait_idle(fakes::kPatience));
}

TEST_F(DispatcherTest, OnceStoppedWhatComesIsToldBusyAndOfWhatRunsTheCallerHearsTheEnd) {
  start([this](const ActionRequest&) {
    barrier_.wait();
    return ActionReply::ok(Value::object());
  });
  const auto running = submit();
  ASSERT_TRUE(barrier_.reached_by(1));
  dispatcher_->stop();
  EXPECT_EQ(reply_to(submit()).message, "n1 is busy: it is stopping");
  EXPECT_EQ(replies(running), 0U);
  dispatcher_->give_up();
  EXPECT_EQ(reply_to(running).message,
            "echo#act did not end before the agent on n1 stopped; it may still run");
  barrier_.open();
  EXPECT_TRUE(dispatcher_->wait_idle(fakes::kPatience));
  EXPECT_EQ(replies(running), 1U);
}

TEST_F(DispatcherTest, AtTheEndWhatRunsIsFinishedAndWhatWaitsIsToldSo) {
  start([this](const ActionRequest&) {
    ++begun_;
    barrier_.wait();
    return ActionReply::ok(Value::object());
  });
  const auto running = submit();
  ASSERT_TRUE(barrier_.reached_by(1));
  const auto waiting = submit();
  ASSERT_TRUE(fakes::wait_until([this] { return around_.statistics.passed == 2; }));
  dispatcher_->stop();
  barrier_.open();
  dispatcher_.reset();
  EXPECT_EQ(replies(running), 1U);
  const auto told = reply_to(waiting);
  EXPECT_EQ(told.outcome, messages::Outcome::busy);
  EXPECT_EQ(told.message, "n1 is busy: it is stopping");
  EXPECT_EQ(begun_, 1);
}

}  // namespace
}  // namespace muster::agent
