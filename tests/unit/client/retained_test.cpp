// A copy of what the broker retains, over lost links, in virtual time.
#include "orchestrator/client/retained.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/virtual_loop/late_executor.hpp"
#include "tests/unit/client/loop_lab.hpp"

namespace muster::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

constexpr base::FairLimits kQueue{
    .items = 100, .per_sender = 10, .bytes = 100'000, .bytes_per_sender = 10'000};

class RetainedTest : public testing::Test {
 protected:
  RetainedTest() {
    retained_.on_gap({.begin = [this] { heard_.emplace_back("gap begins"); },
                      .end = [this] { heard_.emplace_back("gap ends"); }});
  }
  static std::string topic(const std::string& name) {
    return transport::topics::presence("main", name);
  }
  void put(const std::string& name, const std::string& payload) {
    lab_.broker.publish(topic(name), payload);
  }
  void begin() {
    retained_.begin(subscribed_.teller());
    lab_.loop.advance(1s);
    ASSERT_TRUE(subscribed_.well());
  }
  // What was heard since the last call.
  std::vector<std::string> heard() {
    lab_.loop.advance(1s);
    return std::exchange(heard_, {});
  }

  LoopLab lab_;
  std::vector<std::string> heard_;
  ToldOnce subscribed_;
  ToldOnce complete_;
  Retained retained_{"things", *lab_.link, topic("+"), kQueue,
                     Retained::Handler([this](const transport::Message& message) {
                       const std::string name(transport::topics::last_level(message.topic));
                       heard_.push_back(name + "=" + message.payload);
                       return true;
                     })};
};

TEST_F(RetainedTest, WhatIsThereIsHandedOnThenThatThisWasAllAndThenWhatComes) {
  put("a", "1");
  put("b", "2");
  EXPECT_FALSE(retained_.complete());
  begin();
  EXPECT_THAT(heard(), ElementsAre("a=1", "b=2", "gap ends"));
  EXPECT_TRUE(retained_.complete());
  put("a", "3");
  put("a", "");
  EXPECT_THAT(heard(), ElementsAre("a=3", "a="));
}

TEST_F(RetainedTest, WhatTheBrokerForgotOverALostLinkIsGone) {
  put("a", "1");
  begin();
  heard();
  lab_.broker.drop();
  EXPECT_THAT(heard(), ElementsAre("gap begins"));
  EXPECT_FALSE(retained_.complete());
  lab_.broker.restore(true);
  EXPECT_THAT(heard(), ElementsAre("gap ends", "a="));
  EXPECT_TRUE(retained_.complete());
}

TEST_F(RetainedTest, WhatStandsStillIsNotGone) {
  put("a", "1");
  begin();
  heard();
  lab_.broker.drop();
  lab_.broker.restore();
  EXPECT_THAT(heard(), ElementsAre("gap begins", "a=1", "gap ends"));
}

// Whoever did not believe it may have remembered that.
TEST_F(RetainedTest, ThatItIsGoneIsToldOfWhatWasNotBelievedToo) {
  put("x", "1");
  begin();
  EXPECT_THAT(heard(), ElementsAre("x=1", "gap ends"));
  lab_.broker.drop();
  lab_.broker.restore(true);
  EXPECT_THAT(heard(), ElementsAre("gap begins", "gap ends", "x="));
}

TEST_F(RetainedTest, WhoWaitsForAllHasItOnceAllIsTakenIn) {
  put("a", "1");
  std::vector<std::string> heard_by_then;
  retained_.begin(subscribed_.teller());
  retained_.when_complete(10s, [&](const Status& status) {
    EXPECT_TRUE(status);
    heard_by_then = heard_;
  });
  lab_.loop.advance(1s);
  EXPECT_THAT(heard_by_then, testing::Contains("a=1"));
}

TEST_F(RetainedTest, WithoutALinkWhoWaitsHearsThatAtOnce) {
  begin();
  lab_.broker.drop();
  retained_.when_complete(10s, complete_.teller());
  lab_.loop.advance(1ms);
  ASSERT_TRUE(complete_.came());
  EXPECT_EQ(complete_.error(), Errc::unavailable);
}

TEST_F(RetainedTest, WhatIsPostedComesInItsTurn) {
  begin();
  heard();
  put("a", "1");
  lab_.loop.advance(0ms);
  retained_.posts([this] { heard_.emplace_back("posted"); })();
  EXPECT_THAT(heard(), ElementsAre("a=1", "posted"));
}

// Where verifying takes its time.
class SlowDriver final : public LinkDriver {
 public:
  SlowDriver(fakes::VirtualLoop& loop, loop::Executor& verifier)
      : loop_(loop), verifier_(verifier) {}
  ~SlowDriver() override { loop_.run_due(); }
  DirectoryLoop directory() override {
    return {loop_, loop_, loop_, [] { return true; }};
  }
  Verifiers verifiers() override { return {verifier_, 1}; }
  loop::Random& random() override { return loop_; }
  void stop() override {}

 private:
  fakes::VirtualLoop& loop_;
  loop::Executor& verifier_;
};

TEST(SlowRetainedTest, WhatIsNotVerifiedInTimeIsNamedWithThePatience) {
  LoopLab lab;
  fakes::LateExecutor verifier(lab.loop);
  verifier.takes = 1h;
  Link link(lab.broker.connect(), lab.pki.operator_().signer(), "main", lab.loop.clock(),
            std::make_unique<SlowDriver>(lab.loop, verifier));
  Retained retained("things", link, transport::topics::presence("main", "+"), kQueue,
                    Retained::Handler([](const transport::Message&) { return true; }));
  lab.broker.publish(transport::topics::presence("main", "a"), "1");
  std::vector<Status> told;
  retained.begin([](const Status&) {});
  retained.when_complete(2s, [&](const Status& status) { told.push_back(status); });
  lab.loop.advance(2s - 1ms);
  EXPECT_THAT(told, IsEmpty());
  lab.loop.advance(1ms);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told.front().error().code, Errc::timeout);
  EXPECT_THAT(told.front().error().message,
              HasSubstr("not all things were verified within 2000 ms"));
}

}  // namespace
}  // namespace muster::client
