#include "orchestrator/client/records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "orchestrator/client/link_directory.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/pki/test_revocations.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::client {
namespace {

using namespace std::chrono_literals;

class RecordsTest : public testing::Test {
 protected:
  RecordsTest() { lab_.pki().trust(orchestrator_.operators()); }

  static Record record(const std::string& identity, const std::string& state) {
    Record record;
    record.identity = identity;
    record.state = state;
    return record;
  }
  std::unique_ptr<Records> watch() {
    auto records = Records::watch(lab_.link(), [this](const Record& each) {
                     const std::lock_guard lock(mutex_);
                     changes_.push_back(each.identity + ":" + each.state);
                   }).value();
    must(records->wait_complete(20s));
    return records;
  }
  std::vector<std::string> changes() {
    const std::lock_guard lock(mutex_);
    return changes_;
  }

  std::mutex mutex_;
  std::vector<std::string> changes_;
  ClientLab lab_;
  base::SystemClock clock_;
  Link orchestrator_{lab_.broker().connect("orchestrator1"), lab_.pki().orchestrator().signer(),
                     "main", clock_};
};

TEST_F(RecordsTest, WhatIsRetainedIsKnownAfterOneRoundTrip) {
  must(publish_record(orchestrator_, record("n2", "running")));
  must(publish_record(orchestrator_, record("n1", "finished")));
  const auto records = watch();
  const auto all = records->all();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].identity, "n1");
  EXPECT_EQ(all[1].state, "running");
  EXPECT_EQ(records->find("n1")->state, "finished");
  EXPECT_FALSE(records->find("n3"));
}

TEST_F(RecordsTest, ChangesAndForgettingAreTold) {
  const auto records = watch();
  must(publish_record(orchestrator_, record("n1", "running")));
  must(publish_record(orchestrator_, record("n1", "finished")));
  must(forget_record(orchestrator_, record("n1", "")));
  EXPECT_TRUE(fakes::wait_until([this] { return changes().size() == 3; }));
  EXPECT_EQ(changes(), (std::vector<std::string>{"n1:running", "n1:finished", "n1:"}));
  EXPECT_TRUE(records->all().empty());
}

TEST_F(RecordsTest, OnlyAnOrchestratorsRecordIsBelieved) {
  must(publish_record(lab_.link(), record("n1", "finished")));  // an operator's
  must(publish_record(orchestrator_, record("n2", "finished")));
  const auto records = watch();
  EXPECT_FALSE(records->find("n1"));
  EXPECT_TRUE(records->find("n2"));
}

class OwnRecordsTest : public RecordsTest {
 protected:
  // Signed by nobody whom anybody believes.
  std::string forged(const std::string& identity) {
    const auto signer = lab_.pki().node("n9").signer();
    return signer.seal(envelope::Kind::provision_record, record(identity, "forged").encode())
        .value();
  }
  void retain(const std::string& identity, const std::string& payload) {
    must(lab_.link().bus().publish(transport::topics::provision_record("main", identity), payload,
                                   {.retain = true}));
  }

  std::unique_ptr<Records> records_ = Records::watch(orchestrator_).value();
};

TEST_F(OwnRecordsTest, BytesThatWeSealedAreTakenUnverifiedAndNoOthers) {
  must(publish_record(orchestrator_, record("n1", "running")));
  ASSERT_TRUE(fakes::wait_until([&] { return records_->find("n1").has_value(); }));
  const auto ours = forged("n2");
  orchestrator_.directory().own_words().said(ours);
  retain("n3", forged("n3"));
  retain("n2", ours);
  EXPECT_TRUE(fakes::wait_until([&] { return records_->find("n2").has_value(); }));
  EXPECT_FALSE(records_->find("n3"));
}

TEST_F(OwnRecordsTest, OnceOurCertificateIsRevokedWeBelieveOurselvesNoMoreThanOthersDo) {
  must(publish_record(orchestrator_, record("n1", "running")));
  ASSERT_TRUE(fakes::wait_until([&] { return records_->find("n1").has_value(); }));
  const auto& pki = lab_.pki();
  ASSERT_TRUE(
      orchestrator_.take(test::revoke(pki.orchestrator_root(), 1, {pki.orchestrator().certificate}))
          .value());
  must(publish_record(orchestrator_, record("n2", "running")));
  EXPECT_TRUE(fakes::wait_until([&] { return !records_->find("n1"); }));
  must(records_->wait_complete(20s));
  EXPECT_FALSE(records_->find("n2"));
}

TEST_F(RecordsTest, ANameThatIsNoTopicIsNotPublished) {
  EXPECT_FALSE(publish_record(orchestrator_, record("a/b", "running")));
  EXPECT_FALSE(forget_record(orchestrator_, record("#", "")));
}

TEST_F(RecordsTest, AfterALostLinkWhatWasForgottenMeanwhileIsGone) {
  must(publish_record(orchestrator_, record("n1", "finished")));
  must(publish_record(orchestrator_, record("n2", "running")));
  const auto records = watch();
  lab_.broker().drop("alice");
  must(forget_record(orchestrator_, record("n1", "")));
  must(publish_record(orchestrator_, record("n2", "finished")));
  lab_.broker().restore("alice");
  EXPECT_TRUE(fakes::wait_until([&] { return !records->find("n1"); }));
  EXPECT_TRUE(fakes::wait_until([&] { return records->find("n2")->state == "finished"; }));
  EXPECT_TRUE(fakes::wait_until([this] {
    return testing::Matches(testing::Contains("n1:"))(changes());
  })) << "and it is told";
}

TEST_F(RecordsTest, AfterALostLinkWhatIsNoLongerBelievedIsGone) {
  {
    Link gone(lab_.broker().connect("gone"), orchestrator_.signer(), "main", clock_);
    must(publish_record(gone, record("n1", "finished")));
  }
  const auto records = watch();
  lab_.broker().drop("alice");
  const auto forger = lab_.broker().connect("forger");
  must(forger->publish(transport::topics::provision_record("main", "n1"), "forged",
                       {.retain = true}));
  lab_.broker().restore("alice");
  EXPECT_TRUE(fakes::wait_until([&] { return !records->find("n1"); }));
}

TEST_F(RecordsTest, AfterManyLostLinksWhatIsRetainedIsStillThere) {
  must(publish_record(orchestrator_, record("n1", "finished")));
  must(publish_record(orchestrator_, record("n2", "finished")));
  const auto records = watch();
  for (int i = 0; i < 5; ++i) {
    lab_.broker().drop("alice");
    lab_.broker().restore("alice");
  }
  lab_.broker().drop("alice");
  must(forget_record(orchestrator_, record("n2", "")));
  lab_.broker().restore("alice");
  ASSERT_TRUE(fakes::wait_until([&] { return !records->find("n2"); }));
  EXPECT_THAT(changes(), testing::Not(testing::Contains("n1:")));
  EXPECT_TRUE(records->find("n1"));
}

}  // namespace
}  // namespace muster::client
