// Records that are told events, in virtual time.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "orchestrator/client/record_claim.hpp"
#include "orchestrator/client/records.hpp"
#include "tests/unit/client/loop_lab.hpp"

namespace muster::client {
namespace {

using namespace std::chrono_literals;

class RecordsOnLoopTest : public testing::Test {
 protected:
  void pass_a_while() { lab_.loop.advance(5s); }
  std::unique_ptr<Records> begin(Link& link, Records::Duty duty) {
    ToldOnce subscribed;
    ToldOnce complete;
    auto records = Records::begin(
        link, subscribed.teller(),
        [this](const Record& record) { changes_.push_back(record.identity + ":" + record.state); },
        duty);
    records->when_complete(10s, complete.teller());
    pass_a_while();
    EXPECT_TRUE(subscribed.well());
    EXPECT_TRUE(complete.well());
    return records;
  }
  Record of(const std::string& state) const {
    Record record;
    record.identity = "n1";
    record.state = state;
    record.updated_at_ms = lab_.loop.clock().unix_ms();
    return record;
  }

  const std::string topic_ = transport::topics::provision_record("main", "n1");
  LoopLab lab_;
  LoopLink orchestrator_{lab_.loop, lab_.broker, lab_.pki, lab_.pki.orchestrator()};
  std::vector<std::string> changes_;
};

TEST_F(RecordsOnLoopTest, WhatIsPublishedIsToldInItsOrder) {
  const auto records = begin(*lab_.link, Records::Duty::reads);
  ASSERT_TRUE(publish_record(*orchestrator_, of("running")));
  lab_.loop.advance(1s);
  ASSERT_TRUE(publish_record(*orchestrator_, of("finished")));
  lab_.loop.advance(1s);
  ASSERT_TRUE(forget_record(*orchestrator_, of("finished")));
  pass_a_while();
  EXPECT_THAT(changes_, testing::ElementsAre("n1:running", "n1:finished", "n1:"));
}

TEST_F(RecordsOnLoopTest, WhoReadsTakesForGoneWhatABrokerForgot) {
  {
    LoopLink gone(lab_.loop, lab_.broker, lab_.pki, lab_.pki.orchestrator());
    ASSERT_TRUE(publish_record(*gone, of("finished")));
    pass_a_while();
  }
  const auto records = begin(*lab_.link, Records::Duty::reads);
  ASSERT_TRUE(records->find("n1"));
  lab_.broker.drop();
  lab_.broker.restore(true);
  pass_a_while();
  EXPECT_FALSE(records->find("n1"));
}

TEST_F(RecordsOnLoopTest, WhoKeepsPutsItBackWhoeverWroteIt) {
  {
    LoopLink gone(lab_.loop, lab_.broker, lab_.pki, lab_.pki.orchestrator());
    ASSERT_TRUE(publish_record(*gone, of("finished")));
    pass_a_while();
  }
  const auto records = begin(*orchestrator_, Records::Duty::keeps);
  lab_.broker.drop();
  lab_.broker.restore(true);
  pass_a_while();
  EXPECT_TRUE(records->find("n1"));
  EXPECT_EQ(lab_.broker.kept(topic_), std::nullopt);
  EXPECT_EQ(records->put_back(), 1U);
  EXPECT_TRUE(lab_.broker.kept(topic_));
}

TEST_F(RecordsOnLoopTest, ThatANodeIsForgottenIsNotBelievedForEver) {
  ASSERT_TRUE(publish_record(*orchestrator_, of("finished")));
  ASSERT_TRUE(forget_record(*orchestrator_, of("finished")));
  pass_a_while();
  ASSERT_TRUE(lab_.broker.kept(topic_));
  lab_.broker.drop();
  lab_.loop.advance(kForgottenFor + 1h);
  lab_.broker.restore(true);
  pass_a_while();
  EXPECT_EQ(lab_.broker.kept(topic_), std::nullopt);
}

}  // namespace
}  // namespace muster::client
