#include "orchestrator/notify/deliverer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>

#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"

namespace muster::notify {
namespace {

using fakes::wait_until;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kMail = "mailto:ops@example.com";
const std::string kChat = "xmpp:ops@example.com";

// What the servers behind the targets do and have got.
class Servers {
 public:
  void answer(const std::string& target, Status status) {
    const std::lock_guard lock(mutex_);
    answers_.insert_or_assign(target, std::move(status));
  }
  Status take(const std::string& target, const plugins::Notification& notification) {
    const std::lock_guard lock(mutex_);
    ++tries_[target];
    const auto answer = answers_.find(target);
    if (answer != answers_.end() && !answer->second) return answer->second;
    got_[target].push_back(notification.id);
    return {};
  }
  int tries(const std::string& target) {
    const std::lock_guard lock(mutex_);
    return tries_[target];
  }
  std::vector<std::string> got(const std::string& target) {
    const std::lock_guard lock(mutex_);
    return got_[target];
  }

 private:
  std::mutex mutex_;
  std::map<std::string, Status> answers_;
  std::map<std::string, int> tries_;
  std::map<std::string, std::vector<std::string>> got_;
};

class FakeNotifier final : public plugins::Notifier {
 public:
  FakeNotifier(Servers& servers, std::string target)
      : servers_(servers), target_(std::move(target)) {}
  Status send(const plugins::Notification& notification) override {
    return servers_.take(target_, notification);
  }

 private:
  Servers& servers_;
  const std::string target_;
};

class DelivererTest : public testing::Test {
 protected:
  DelivererTest() {
    config_.targets = {kMail, kChat};
    config_.digest = {.above = 3, .window = milliseconds(0)};
    config_.retry_first = milliseconds(20);
    config_.retry_most = milliseconds(40);
  }

  void open() {
    deliverer_.reset();
    auto opened = Deliverer::open(folder_ / "outbox.sqlite", config_, clock_,
                                  [this](const std::string& target) {
                                    return std::make_unique<FakeNotifier>(servers_, target);
                                  });
    ASSERT_TRUE(opened) << opened.error().message;
    deliverer_ = *std::move(opened);
  }
  bool concludes_at(std::int64_t sent, std::int64_t failed) {
    return wait_until([&] {
      const auto counts = deliverer_->pending();
      return counts && counts->waiting == 0 && counts->sent == sent && counts->failed == failed;
    });
  }
  OutboxRow row(const std::string& target) {
    const auto rows = deliverer_->recent(10).value();
    for (const auto& row : rows)
      if (row.target == target) return row;
    return {};
  }

  fakes::TempFolder folder_;
  base::SystemClock clock_;
  Servers servers_;
  NotifyConfig config_;
  std::unique_ptr<Deliverer> deliverer_;
};

TEST_F(DelivererTest, EveryTargetIsTold) {
  open();
  deliverer_->start();
  ASSERT_TRUE(deliverer_->notify({"a", "s", "t", {}}));
  ASSERT_TRUE(concludes_at(2, 0));
  EXPECT_THAT(servers_.got(kMail), ElementsAre("a"));
  EXPECT_THAT(servers_.got(kChat), ElementsAre("a"));
}

TEST_F(DelivererTest, OneTargetAloneMayBeTold) {
  open();
  deliverer_->start();
  ASSERT_TRUE(deliverer_->notify({"a", "s", "t", {}}, {kChat}));
  ASSERT_TRUE(concludes_at(1, 0));
  EXPECT_TRUE(servers_.got(kMail).empty());
}

TEST_F(DelivererTest, ATargetThatIsNotConfiguredIsAnErrorWithTheNearest) {
  open();
  const auto refused = deliverer_->notify({"a", "s", "t", {}}, {"mailto:osp@example.com"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::config);
  EXPECT_THAT(refused.error().message, HasSubstr("did you mean 'mailto:ops@example.com'?"));
}

TEST_F(DelivererTest, AServerThatIsDownIsAskedAgainUntilItIsUpAndHoldsUpNobody) {
  servers_.answer(kMail, fail(Errc::unavailable, "server down"));
  open();
  deliverer_->start();
  ASSERT_TRUE(deliverer_->notify({"a", "s", "t", {}}));
  ASSERT_TRUE(wait_until([&] { return servers_.tries(kMail) >= 3; }));
  EXPECT_THAT(servers_.got(kChat), ElementsAre("a"));
  servers_.answer(kMail, {});
  ASSERT_TRUE(concludes_at(2, 0));
  EXPECT_THAT(servers_.got(kMail), ElementsAre("a"));
}

TEST_F(DelivererTest, ATimeoutIsTriedAgain) {
  servers_.answer(kMail, fail(Errc::timeout, "no answer"));
  open();
  deliverer_->start();
  ASSERT_TRUE(deliverer_->notify({"a", "s", "t", {}}, {kMail}));
  ASSERT_TRUE(wait_until([&] { return servers_.tries(kMail) >= 2; }));
  EXPECT_EQ(row(kMail).state, State::waiting);
}

TEST_F(DelivererTest, ARefusalFailsAtOnceAndTheReasonIsSeen) {
  servers_.answer(kMail, fail(Errc::refused, "550 no such mailbox"));
  open();
  deliverer_->start();
  ASSERT_TRUE(deliverer_->notify({"a", "s", "t", {}}));
  ASSERT_TRUE(concludes_at(1, 1));
  EXPECT_EQ(servers_.tries(kMail), 1);
  EXPECT_EQ(row(kMail).state, State::failed);
  EXPECT_EQ(row(kMail).reason, "550 no such mailbox");
}

TEST_F(DelivererTest, NewMessagesDoNotMakeItAskADeadServerEarlier) {
  config_.retry_first = config_.retry_most = std::chrono::hours(1);
  servers_.answer(kMail, fail(Errc::unavailable, "server down"));
  open();
  deliverer_->start();
  ASSERT_TRUE(deliverer_->notify({"a", "s", "t", {}}));
  ASSERT_TRUE(wait_until([&] { return servers_.tries(kMail) == 1 && servers_.tries(kChat) == 1; }));
  ASSERT_TRUE(deliverer_->notify({"b", "s", "t", {}}));
  ASSERT_TRUE(wait_until([&] { return servers_.tries(kChat) == 2; }));
  EXPECT_EQ(servers_.tries(kMail), 1);
}

TEST_F(DelivererTest, WhatWasNotDeliveredIsDeliveredAfterARestart) {
  servers_.answer(kMail, fail(Errc::unavailable, "server down"));
  open();
  deliverer_->start();
  ASSERT_TRUE(deliverer_->notify({"a", "s", "t", {}}, {kMail}));
  ASSERT_TRUE(wait_until([&] { return servers_.tries(kMail) >= 1; }));
  servers_.answer(kMail, {});
  open();
  deliverer_->start();
  ASSERT_TRUE(concludes_at(1, 0));
}

TEST_F(DelivererTest, ABurstIsOneMessage) {
  open();
  for (const char* id : {"a", "b", "c", "d"})
    ASSERT_TRUE(deliverer_->notify({id, "s", "t", {}}, {kMail}));
  deliverer_->start();
  ASSERT_TRUE(concludes_at(4, 0));
  EXPECT_EQ(servers_.got(kMail).size(), 1U);
}

TEST_F(DelivererTest, MessagesOfATargetThatIsNoLongerConfiguredFail) {
  open();
  ASSERT_TRUE(deliverer_->notify({"a", "s", "t", {}}));
  config_.targets = {kMail};
  open();
  EXPECT_EQ(row(kChat).state, State::failed);
  deliverer_->start();
  ASSERT_TRUE(concludes_at(1, 1));
}

TEST_F(DelivererTest, StopsWhileItRests) {
  config_.retry_first = config_.retry_most = std::chrono::hours(1);
  servers_.answer(kMail, fail(Errc::unavailable, "server down"));
  open();
  deliverer_->start();
  ASSERT_TRUE(deliverer_->notify({"a", "s", "t", {}}));
  ASSERT_TRUE(wait_until([&] { return servers_.tries(kMail) == 1; }));
  deliverer_->stop();
  EXPECT_EQ(row(kMail).state, State::waiting);
}

// Faults tried by hand, 19: a password that was wrong for 20 s lost what was to be told.
TEST_F(DelivererTest, AWrongPasswordIsWaitedOut) {
  servers_.answer(kMail, fail(Errc::config, "wrong password"));
  open();
  deliverer_->start();
  ASSERT_TRUE(deliverer_->notify({"a", "s", "t", {}}, {kMail}));
  ASSERT_TRUE(wait_until([&] { return servers_.tries(kMail) >= 3; }));
  EXPECT_EQ(row(kMail).state, State::waiting);
  servers_.answer(kMail, {});
  ASSERT_TRUE(concludes_at(1, 0));
  EXPECT_THAT(servers_.got(kMail), ElementsAre("a"));
}

TEST_F(DelivererTest, WhatFailedOrWaitsIsTriedAtOnceWhenAPersonSaysSo) {
  config_.retry_first = config_.retry_most = std::chrono::hours(1);
  servers_.answer(kMail, fail(Errc::config, "wrong password"));
  servers_.answer(kChat, fail(Errc::refused, "no such room"));
  open();
  deliverer_->start();
  ASSERT_TRUE(deliverer_->notify({"a", "s", "t", {}}));
  ASSERT_TRUE(wait_until([&] { return servers_.tries(kMail) == 1 && row(kChat).tries == 1; }));
  ASSERT_TRUE(wait_until([&] { return row(kChat).state == State::failed; }));
  ASSERT_TRUE(wait_until([&] { return row(kMail).reason == "wrong password"; }));
  servers_.answer(kMail, {});
  servers_.answer(kChat, {});
  const auto again = deliverer_->retry("");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->failed, 1);
  EXPECT_EQ(again->waiting, 1);
  ASSERT_TRUE(concludes_at(2, 0));
}

TEST_F(DelivererTest, WhatNobodyKnowsIsNotSentAgain) {
  open();
  const auto unknown = deliverer_->retry("a");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, Errc::not_found);
  EXPECT_THAT(unknown.error().message, HasSubstr("'a'"));
}

class OutcomeTest : public DelivererTest {
 protected:
  static plugins::Notification outcome(const std::string& id, const std::string& node) {
    plugins::Notification out{id, "s", "t", {}};
    out.lease = {node, "run1", 3, "failed"};
    return out;
  }
  void start(Deliverer::Ask ask) {
    open();
    deliverer_->ask_before_sending(std::move(ask));
    deliverer_->start();
  }
};

TEST_F(OutcomeTest, WhatALaterLeaseToldOtherwiseIsNotSent) {
  start([](const plugins::Lease& lease) {
    return lease.node == "web1" ? Lasting::superseded : Lasting::stands;
  });
  ASSERT_TRUE(deliverer_->notify(outcome("stale", "web1"), {kMail}));
  ASSERT_TRUE(deliverer_->notify(outcome("true", "web2"), {kMail}));
  ASSERT_TRUE(deliverer_->notify({"no outcome", "s", "t", {}}, {kMail}));
  ASSERT_TRUE(concludes_at(2, 0));
  EXPECT_THAT(servers_.got(kMail), testing::UnorderedElementsAre("true", "no outcome"));
}

TEST_F(OutcomeTest, ADigestLeavesOutWhatIsNotTrueAnyMore) {
  config_.digest.above = 1;
  open();
  deliverer_->ask_before_sending([](const plugins::Lease& lease) {
    return lease.node == "web1" ? Lasting::superseded : Lasting::stands;
  });
  for (const auto* node : {"web1", "web2", "web3"})
    ASSERT_TRUE(deliverer_->notify(outcome(std::string("of ") + node, node), {kMail}));
  deliverer_->start();
  ASSERT_TRUE(concludes_at(2, 0));
  EXPECT_EQ(servers_.got(kMail).size(), 1U);
}

// An orchestrator that wakes up may not know yet what others did.
TEST_F(OutcomeTest, WhatNobodyCanSayIsAskedAgainAndCostsNoTry) {
  std::atomic<int> asked{0};
  start([&asked](const plugins::Lease&) {
    return ++asked == 1 ? Lasting::unknown : Lasting::stands;
  });
  ASSERT_TRUE(deliverer_->notify(outcome("a", "web1"), {kMail}));
  ASSERT_TRUE(concludes_at(1, 0));
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(row(kMail).tries, 1);
}

}  // namespace
}  // namespace muster::notify
