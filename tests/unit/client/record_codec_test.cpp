#include "orchestrator/client/record_codec.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "proto/base/clock.hpp"
#include "proto/transport/topics.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::client {
namespace {

Record sample() {
  Record record;
  record.identity = "n1.de";
  record.state = "running";
  record.workflow = "puppet";
  record.step = "bootstrap-run";
  record.master = "m1.de";
  record.orchestrator = "orchestrator1";
  record.attempts = 2;
  record.started_at_ms = 1'000;
  record.updated_at_ms = 2'000;
  record.steps = {{"claim", "done", 1'000, 12, 1, "OK"},
                  {"bootstrap-run", "running", 1'100, 0, 2, ""}};
  record.reason = "the first try was lost";
  record.last_output = "Error: no such class\n";
  record.run_id = "r1";
  record.ca_fingerprint = "ff";
  record.retry_at_ms = 3'000;
  record.workflow_hash = "ab12";
  record.finished = {"pick-master", "claim"};
  record.fence = 7;
  return record;
}

class RecordCodecTest : public testing::Test {
 protected:
  RecordCodecTest() { pki_.trust(operators_); }
  Result<Record> read(const test::Holder& signer, const Record& record,
                      const std::string& topic_of) {
    const auto payload = signer.signer().seal(envelope::Kind::provision_record, record.encode());
    return read_record(transport::topics::provision_record("main", topic_of), *payload, operators_,
                       clock_.unix_ms());
  }

  test::TestPki pki_;
  base::SystemClock clock_;
  security::TrustStore operators_{clock_};
};

TEST_F(RecordCodecTest, ARecordArrivesAsItWasSent) {
  const auto read_back = read(pki_.orchestrator(), sample(), "n1.de");
  ASSERT_TRUE(read_back) << read_back.error().message;
  EXPECT_EQ(read_back->step, "bootstrap-run");
  EXPECT_EQ(read_back->attempts, 2U);
  EXPECT_EQ(read_back->retry_at_ms, 3'000);
  EXPECT_EQ(read_back->ca_fingerprint, "ff");
  EXPECT_EQ(read_back->workflow_hash, "ab12");
  EXPECT_EQ(read_back->finished, (std::set<std::string>{"claim", "pick-master"}));
  EXPECT_EQ(read_back->fence, 7);
  EXPECT_EQ(read_back->last_output, "Error: no such class\n");
  ASSERT_EQ(read_back->steps.size(), 2U);
  EXPECT_EQ(read_back->steps[0].took_ms, 12);
  EXPECT_EQ(read_back->steps[1].tries, 2U);
}

TEST_F(RecordCodecTest, AnOperatorCannotTellOfProvisioning) {
  const auto read_back = read(pki_.operator_(), sample(), "n1.de");
  ASSERT_FALSE(read_back);
  EXPECT_EQ(read_back.error().code, Errc::refused);
  EXPECT_NE(read_back.error().message.find("operator"), std::string::npos);
}

TEST_F(RecordCodecTest, ANodeCannotTellOfProvisioning) {
  EXPECT_FALSE(read(pki_.node("n1.de"), sample(), "n1.de"));
}

// Or no record of the node could ever be later.
TEST_F(RecordCodecTest, ARecordOfATimeThatNoClockShowsYetIsRefused) {
  const auto latest = clock_.unix_ms() + kRecordAheadMax.count();
  for (auto Record::*time : {&Record::started_at_ms, &Record::updated_at_ms}) {
    auto ahead = sample();
    ahead.*time = latest;
    EXPECT_TRUE(read(pki_.orchestrator(), ahead, "n1.de"));
    for (const auto never : {latest + 60'000, std::numeric_limits<std::int64_t>::max()}) {
      ahead.*time = never;
      const auto refused = read(pki_.orchestrator(), ahead, "n1.de");
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().code, Errc::refused);
    }
  }
  auto before_all = sample();
  before_all.updated_at_ms = -1;
  EXPECT_FALSE(read(pki_.orchestrator(), before_all, "n1.de"));
}

TEST_F(RecordCodecTest, ARecordUnderAnotherNodesTopicIsRefused) {
  const auto read_back = read(pki_.orchestrator(), sample(), "n2.de");
  ASSERT_FALSE(read_back);
  EXPECT_EQ(read_back.error().code, Errc::refused);
}

TEST_F(RecordCodecTest, AnotherMessageOfOursIsNoRecord) {
  const auto topic = transport::topics::provision_record("main", "n1.de");
  const auto& signer = pki_.orchestrator().signer();
  const auto body = sample().encode();
  const auto record = *signer.seal(envelope::Kind::provision_record, body);
  EXPECT_TRUE(read_own_record(topic, record, clock_.unix_ms()));
  const auto event = *signer.seal(envelope::Kind::event, body);
  EXPECT_EQ(read_own_record(topic, event, clock_.unix_ms()).error().code, Errc::refused);
}

TEST_F(RecordCodecTest, OfLongOutputTheEndIsKeptWithoutHalfACharacter) {
  Record record = sample();
  record.last_output.clear();
  while (record.last_output.size() < 2 * messages::kLastOutputMaxBytes) record.last_output += "é";
  record.last_output += "x";
  const auto read_back = read(pki_.orchestrator(), record, "n1.de");
  ASSERT_TRUE(read_back) << read_back.error().message;
  EXPECT_LE(read_back->last_output.size(), messages::kLastOutputMaxBytes);
  EXPECT_EQ(read_back->last_output.substr(0, 2), "é");
  EXPECT_EQ(read_back->last_output.back(), 'x');
}

}  // namespace
}  // namespace muster::client
