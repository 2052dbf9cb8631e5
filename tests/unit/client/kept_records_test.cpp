// Orchestrators keep nodes' records on the bus, whatever a broker forgets and others write there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/client/link_directory.hpp"
#include "orchestrator/client/record_claim.hpp"
#include "orchestrator/client/records.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::client {
namespace {

using namespace std::chrono_literals;

constexpr const char* kFirstClient = "lab-orchestrator";  // client ids
constexpr const char* kSecondClient = "second";

class KeptRecordsTest : public testing::Test {
 protected:
  KeptRecordsTest() : second_(std::make_unique<Link>(second_bus(), signer(), "main", clock_)) {
    hearing_ = second_.get();
    lab_.pki().trust(second_->operators());
    writer_ = lab_.broker().connect("writer");
  }
  ~KeptRecordsTest() override { hearing_ = nullptr; }

  static Record of(std::int64_t fence, const std::string& state, std::int64_t updated_at_ms = 20) {
    Record record;
    record.identity = "n1";
    record.state = state;
    record.run_id = "r1";
    record.started_at_ms = 10;
    record.updated_at_ms = updated_at_ms;
    record.fence = fence;
    return record;
  }
  Link& first() { return lab_.orchestrator(); }
  Link& second() { return *second_; }
  static std::unique_ptr<Records> keeps(Link& link) {
    auto records = Records::watch(link, {}, Records::Duty::keeps).value();
    must(records->wait_complete(20s));
    return records;
  }
  std::string topic() const { return transport::topics::provision_record("main", "n1"); }
  // What stands there: its state, and the lease that it was written under.
  std::string stands() {
    const auto kept = lab_.broker().retained(topic());
    if (!kept) return "nothing";
    const auto sealed = envelope::decode(*kept);
    const auto record = sealed ? Record::decode(sealed->body) : fail(sealed.error());
    return record ? record->state + " " + std::to_string(record->fence) : "garbage";
  }
  bool becomes(const std::string& what) {
    return fakes::wait_until([&] { return stands() == what; });
  }
  bool keeps_it(Link& link) const {
    bool ours = false;
    link.directory().run(
        [&](transport::Directory& directory) { ours = directory.is_ours(topic()); });
    return ours;
  }
  Record forgotten_since(std::chrono::milliseconds age) const {
    return of(1, kForgotten, clock_.unix_ms() - age.count());
  }
  // By somebody who keeps nothing.
  void write(const std::string& payload) {
    must(writer_->publish(topic(), payload, {.retain = true}));
  }
  std::string sealed(const Record& record) const {
    return signer().seal(envelope::Kind::provision_record, record.encode()).value();
  }

  ClientLab lab_;
  base::SystemClock clock_;

 private:
  security::Signer signer() const { return lab_.pki().orchestrator().signer(); }
  std::unique_ptr<transport::Bus> second_bus() {
    return lab_.broker().connect(kSecondClient, std::nullopt,
                                 [this](transport::LinkState state, const std::string&) {
                                   if (Link* link = hearing_) link->hear(state);
                                 });
  }

  std::atomic<Link*> hearing_{nullptr};
  std::unique_ptr<Link> second_;
  std::unique_ptr<transport::Bus> writer_;
};

TEST_F(KeptRecordsTest, WhatABrokerForgotIsThereAgain) {
  must(publish_record(first(), of(1, "finished")));
  ASSERT_TRUE(becomes("finished 1"));
  lab_.broker().drop(kFirstClient);
  write("");
  ASSERT_EQ(stands(), "nothing");
  lab_.broker().restore(kFirstClient);
  EXPECT_TRUE(becomes("finished 1"));
}

TEST_F(KeptRecordsTest, WhatIsClearedOrReplacedByGarbageIsPutBack) {
  must(publish_record(first(), of(1, "finished")));
  ASSERT_TRUE(becomes("finished 1"));
  write("");
  EXPECT_TRUE(becomes("finished 1"));
  write("garbage");
  EXPECT_TRUE(becomes("finished 1"));
}

// It was cut off for longer than its lease, and its outbox still had this when it was back.
TEST_F(KeptRecordsTest, WhatWasWrittenUnderAnEarlierLeaseOverwritesNothing) {
  must(publish_record(first(), of(4, "finished")));
  ASSERT_TRUE(becomes("finished 4"));
  const auto reader = Records::watch(lab_.link()).value();
  write(sealed(of(3, "running", 99)));
  EXPECT_TRUE(becomes("finished 4"));
  EXPECT_TRUE(
      fakes::wait_until([&] { return reader->find("n1") && reader->find("n1")->fence == 4; }));
}

TEST_F(KeptRecordsTest, AnOrchestratorThatWakesUpKeepsWhatTheNextOneWrote) {
  must(publish_record(first(), of(3, "running")));
  write("");
  ASSERT_TRUE(becomes("running 3")) << "it hears what becomes of it";
  lab_.broker().drop(kFirstClient);
  must(publish_record(second(), of(4, "finished")));
  ASSERT_TRUE(becomes("finished 4"));
  lab_.broker().restore(kFirstClient);
  lab_.broker().drop(kSecondClient);
  write("");
  EXPECT_TRUE(becomes("finished 4")) << "the first is alone, and knows better than its own";
}

TEST_F(KeptRecordsTest, WhatIsForgottenIsForgottenByAllWhoKeptIt) {
  must(publish_record(first(), of(1, "finished")));
  const auto keeper = keeps(first());
  const auto reader = Records::watch(lab_.link()).value();
  ASSERT_TRUE(fakes::wait_until([&] { return keeper->find("n1") && reader->find("n1"); }));
  must(forget_record(second(), of(1, "finished")));
  EXPECT_TRUE(fakes::wait_until([&] { return !keeper->find("n1") && !reader->find("n1"); }));
  EXPECT_TRUE(reader->all().empty());
  EXPECT_TRUE(fakes::wait_until([&] { return !keeps_it(first()); })) << "it is the other's to say";
  EXPECT_TRUE(keeps_it(second()));
  lab_.broker().drop(kFirstClient);
  lab_.broker().restore(kFirstClient);
  write("");
  EXPECT_TRUE(becomes("forgotten 1")) << "whoever said it keeps it there";
}

TEST_F(KeptRecordsTest, WhatIsForgottenIsNotBroughtBackByOneWhoWasAway) {
  must(publish_record(first(), of(1, "finished")));
  ASSERT_TRUE(becomes("finished 1"));
  lab_.broker().drop(kFirstClient);
  must(forget_record(second(), of(1, "finished")));
  ASSERT_TRUE(becomes("forgotten 1"));
  write(sealed(of(1, "finished")));
  EXPECT_TRUE(becomes("forgotten 1"));
  lab_.broker().restore(kFirstClient);
  must(first().echo(20s));
  EXPECT_TRUE(becomes("forgotten 1"));
  EXPECT_FALSE(keeps(first())->find("n1"));
}

TEST_F(KeptRecordsTest, ANodeThatIsProvisionedAfterItWasForgottenHasARecord) {
  must(publish_record(first(), of(3, "finished")));
  must(forget_record(second(), of(3, "finished")));
  auto anew = of(1, "running");
  anew.run_id = "r2";
  anew.started_at_ms = 11;
  must(publish_record(first(), anew));
  ASSERT_TRUE(becomes("running 1"));
  EXPECT_TRUE(fakes::wait_until([&] { return !keeps_it(second()); })) << "it does not insist";
  EXPECT_TRUE(keeps_it(first()));
  write("");
  EXPECT_TRUE(becomes("running 1"));
}

TEST_F(KeptRecordsTest, WhatNobodyKeepsIsPutBackByWhoeverKnowsItAndKeptFromThenOn) {
  write(sealed(of(1, "finished")));
  const auto keeper = keeps(first());
  ASSERT_TRUE(keeper->find("n1"));
  EXPECT_EQ(keeper->put_back(), 0U);
  write("");
  EXPECT_TRUE(fakes::wait_until([&] { return keeper->put_back() == 1; }));
  EXPECT_EQ(stands(), "finished 1");
  EXPECT_TRUE(keeper->find("n1")) << "it was known all the time";
  write("");
  EXPECT_TRUE(becomes("finished 1"));
}

TEST_F(KeptRecordsTest, WhatABrokerForgotWhileWeWereAwayIsPutBackWhoeverWroteIt) {
  write(sealed(of(1, "finished")));
  const auto keeper = keeps(first());
  lab_.broker().drop(kFirstClient);
  write("");
  lab_.broker().restore(kFirstClient);
  EXPECT_TRUE(fakes::wait_until([&] { return keeper->put_back() == 1; }));
  EXPECT_EQ(stands(), "finished 1");
}

TEST_F(KeptRecordsTest, AStaleRecordOfAnotherIsReplacedByTheNewerOneThatWeKnow) {
  write(sealed(of(4, "finished")));
  const auto keeper = keeps(first());
  write(sealed(of(3, "running", 99)));
  EXPECT_TRUE(fakes::wait_until([&] { return keeper->put_back() == 1; }));
  EXPECT_EQ(stands(), "finished 4");
  EXPECT_EQ(keeper->find("n1")->fence, 4);
}

TEST_F(KeptRecordsTest, WhatIsPutBackReplacesNothingNewerOfOurs) {
  must(publish_record(first(), of(4, "finished")));
  const auto old = of(3, "running");
  must(first().directory().put_missing(record_claim(first(), old, sealed(old))));
  EXPECT_EQ(stands(), "finished 4");
}

TEST_F(KeptRecordsTest, WhatIsPutBackIsShownWhereAnOlderOneIsOurs) {
  must(publish_record(first(), of(3, "running")));
  const auto newer = of(4, "finished");
  must(first().directory().put_missing(record_claim(first(), newer, sealed(newer))));
  EXPECT_EQ(stands(), "finished 4");
}

TEST_F(KeptRecordsTest, WhatWasForgottenLongAgoIsNotSaidAnyMore) {
  auto record = of(1, kForgotten, clock_.unix_ms());
  const auto judged = [&](const Record& told) {
    const auto claim = record_claim(first(), told, sealed(told));
    EXPECT_EQ(claim.expiry, kForgottenFor) << "and the broker drops it by itself";
    return claim.order({claim.topic, claim.payload, true});
  };
  EXPECT_TRUE(judged(record));
  record.updated_at_ms -= std::chrono::milliseconds(kForgottenFor + 1h).count();
  EXPECT_FALSE(judged(record));
}

TEST_F(KeptRecordsTest, WhatWasForgottenLongAgoIsClearedThoughTheBrokerKnowsNoExpiry) {
  const auto keeper = keeps(first());
  const auto other = keeps(second());
  must(publish_record(first(), forgotten_since(kForgottenFor + 1h)));
  ASSERT_TRUE(becomes("forgotten 1"));
  EXPECT_TRUE(fakes::wait_until([&] {
    keeper->put_back();
    return stands() == "nothing";
  }));
  EXPECT_FALSE(keeps_it(first()));
  must(second().echo(20s));
  EXPECT_EQ(other->put_back(), 0U) << "nor does another put it back";
  EXPECT_EQ(stands(), "nothing");
}

TEST_F(KeptRecordsTest, WhatWasForgottenAndSaidByOneWhoIsGoneIsClearedByAnybody) {
  write(sealed(forgotten_since(kForgottenFor + 1h)));
  keeps(first())->put_back();
  EXPECT_EQ(stands(), "nothing");
  write(sealed(forgotten_since(kForgottenFor - 1h)));
  keeps(first())->put_back();
  EXPECT_EQ(stands(), "forgotten 1") << "not before its time";
}

}  // namespace
}  // namespace muster::client
