// Whoever was revoked is believed by no command line and no orchestrator any more.
#include "orchestrator/client/revocations.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <vector>

#include "orchestrator/client/record_codec.hpp"
#include "orchestrator/client/records.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/pki/test_revocations.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::client {
namespace {

using test::revoke;

class FleetRevocationsTest : public testing::Test {
 protected:
  FleetRevocationsTest() { must(lab_.link().learn_trust()); }

  const test::TestCa& root() const { return lab_.pki().orchestrator_root(); }
  const x509::Certificate& ca() const { return lab_.pki().puppet_ca().certificate(); }
  // Of the orchestrator that the lab has.
  x509::RevocationList list(std::uint64_t number = 1) const {
    return revoke(root(), number, {lab_.pki().orchestrator().certificate});
  }
  void publish(const x509::RevocationList& list) {
    must(publish_revocations(lab_.orchestrator(), root().certificate().fingerprint(), list));
  }
  bool trusts_ca() { return lab_.link().nodes().trusts(ca().fingerprint()); }

  ClientLab lab_;
};

TEST_F(FleetRevocationsTest, AnEndorsementEndsWithItsSignersCertificate) {
  endorse(lab_.orchestrator(), ca());
  ASSERT_TRUE(fakes::wait_until([&] { return trusts_ca(); }));
  publish(list());
  EXPECT_TRUE(fakes::wait_until([&] { return !trusts_ca(); }));
  EXPECT_TRUE(fakes::wait_until([&] {
    return !lab_.link().endorsements().find(ca().fingerprint());
  })) << "nobody else spoke of it";
}

TEST_F(FleetRevocationsTest, AnEndorsementThatAnotherOrchestratorSignedLastStands) {
  endorse(lab_.orchestrator(), ca());
  base::SystemClock clock;
  Link second(lab_.broker().connect("o2"), root().issue_member("o2", "orchestrator").signer(),
              "main", clock);
  lab_.pki().trust(second.operators());
  must(second.learn_trust());
  must(second.wait_trust());
  endorse(second, ca());
  ASSERT_TRUE(fakes::wait_until([&] {
    const auto known = lab_.link().endorsements().find(ca().fingerprint());
    return known && known->number == 2;
  }));
  publish(list());
  ASSERT_TRUE(fakes::wait_until([&] { return !lab_.link().operators().lists().empty(); }));
  must(lab_.link().wait_trust());
  EXPECT_TRUE(trusts_ca());
}

TEST_F(FleetRevocationsTest, WhatARevokedOrchestratorEndorsesIsNotBelieved) {
  publish(list());
  ASSERT_TRUE(fakes::wait_until([&] { return !lab_.link().operators().lists().empty(); }));
  endorse(lab_.orchestrator(), ca());
  must(lab_.link().wait_trust());
  EXPECT_FALSE(lab_.link().endorsements().find(ca().fingerprint()));
}

TEST_F(FleetRevocationsTest, ItsRecordsAreNotBelieved) {
  Record record;
  record.identity = "n1";
  record.state = "finished";
  ASSERT_TRUE(publish_record(lab_.orchestrator(), record));
  publish(list());
  const auto records = Records::watch(lab_.link()).value();
  must(records->wait_complete(fakes::kPatience));
  EXPECT_FALSE(records->find("n1"));
}

// What it wrote as the last word of a node would outrank what an honest one writes.
TEST_F(FleetRevocationsTest, WhatItWroteBeforeItWasRevokedIsKnownNoMoreAndHidesNobodys) {
  base::SystemClock clock;
  Link honest(lab_.broker().connect("o2"), root().issue_member("o2", "orchestrator").signer(),
              "main", clock);
  lab_.pki().trust(honest.operators());
  must(honest.learn_trust());
  std::atomic<int> gone = 0;
  const auto records = Records::watch(
                           honest, [&](const Record& each) { gone += each.state.empty() ? 1 : 0; },
                           Records::Duty::keeps)
                           .value();
  Record last;
  last.identity = "n1";
  last.state = "finished";
  last.started_at_ms = clock.unix_ms();
  const auto sealed =
      lab_.orchestrator().signer().seal(envelope::Kind::provision_record, last.encode()).value();
  const auto topic = transport::topics::provision_record("main", "n1");
  must(lab_.orchestrator().bus().publish(topic, sealed, {.retain = true}));
  ASSERT_TRUE(fakes::wait_until([&] { return records->find("n1").has_value(); }));
  publish(list());
  ASSERT_TRUE(fakes::wait_until([&] { return !records->find("n1"); }));
  EXPECT_EQ(gone, 1);
  auto next = last;
  next.started_at_ms = 10;
  must(publish_record(honest, next));
  EXPECT_TRUE(fakes::wait_until([&] { return records->find("n1").has_value(); }));
  EXPECT_EQ(records->put_back(), 0U);
}

TEST_F(FleetRevocationsTest, AListIsForTheRootOfItsTopic) {
  auto& store = lab_.link().operators();
  const auto topic = [](const x509::Certificate& ca) {
    return transport::topics::revocations("main", ca.fingerprint());
  };
  EXPECT_TRUE(read_revocations(topic(root().certificate()), list().der(), store));
  EXPECT_FALSE(read_revocations(topic(lab_.pki().root().certificate()), list().der(), store));
  EXPECT_FALSE(read_revocations(topic(root().certificate()), "", store));
}

TEST_F(FleetRevocationsTest, WhatCountsFromNowOnIsToldOnceWithItsMessage) {
  std::mutex mutex;
  std::vector<std::string> learnt;
  lab_.link().on_learnt([&](const transport::Message& message) {
    const std::lock_guard lock(mutex);
    learnt.push_back(message.payload);
  });
  const auto topic = transport::topics::revocations("main", root().certificate().fingerprint());
  const auto second = list(2).der();
  const auto third = list(3).der();
  for (const auto& payload :
       {second, second, list(1).der(), std::string(), std::string("garbage"), third})
    must(lab_.orchestrator().bus().publish(topic, payload, {.retain = true}));
  must(lab_.link().echo(fakes::kPatience));
  lab_.link().catch_up();
  lab_.link().on_learnt({});
  EXPECT_EQ(learnt, (std::vector{second, third}));
}

}  // namespace
}  // namespace muster::client
