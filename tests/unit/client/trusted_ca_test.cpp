#include "orchestrator/client/trusted_ca.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <future>
#include <limits>

#include "orchestrator/admission/statement_number.hpp"
#include "proto/base/clock.hpp"
#include "proto/messages/trusted_ca.hpp"
#include "proto/transport/topics.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/pki/test_pki.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::client {
namespace {

class TrustedCaTest : public testing::Test {
 protected:
  TrustedCaTest() { pki_.trust(operators_); }

  std::string endorsed_by(const test::Holder& signer, std::uint64_t number = 3) const {
    messages::TrustedCa wire;
    wire.patterns.push_back("*.de");
    wire.master = "m1.de";
    wire.number = number;
    wire.ends_at_ms = std::numeric_limits<std::int64_t>::max();
    wire.certificate = pki_.puppet_ca().certificate().der();
    wire.offered_by = "m1.de";
    return *signer.signer().seal(envelope::Kind::trusted_ca, test::body_of(wire));
  }
  Result<Endorsement> read(const std::string& topic, const std::string& payload) const {
    return read_trusted_ca(topic, payload, operators_, clock_.unix_ms());
  }
  std::string topic_of(const std::string& fingerprint) const {
    return transport::topics::trusted_ca("main", fingerprint);
  }

  test::TestPki pki_;
  const std::string fingerprint_ = pki_.puppet_ca().certificate().fingerprint();
  base::SystemClock clock_;
  security::TrustStore operators_{clock_};
};

TEST_F(TrustedCaTest, AnOrchestratorMayEndorseACa) {
  const auto ca = read(topic_of(fingerprint_), endorsed_by(pki_.orchestrator()));
  ASSERT_TRUE(ca) << ca.error().message;
  EXPECT_EQ(ca->certificate.fingerprint(), fingerprint_);
  EXPECT_EQ(ca->offered_by, "m1.de");
  EXPECT_EQ(ca->endorsed_by, "orchestrator1");
  EXPECT_EQ(ca->master, "m1.de");
  EXPECT_EQ(ca->patterns, std::vector<std::string>{"*.de"});
  EXPECT_EQ(ca->number, 3U);
  EXPECT_EQ(ca->ends_at_ms, pki_.orchestrator().certificate.not_after_ms())
      << "it ends with its signer's certificate, whatever it says";
}

TEST_F(TrustedCaTest, OperatorsBrokersAndPretendersMayNot) {
  for (const auto& who :
       {pki_.operator_(), pki_.broker(), pki_.root().issue_member("orchestrator1", "orchestrator"),
        pki_.orchestrator_root().issue_member("watcher", "broker")}) {
    const auto ca = read(topic_of(fingerprint_), endorsed_by(who));
    ASSERT_FALSE(ca);
    EXPECT_EQ(ca.error().code, Errc::refused);
  }
}

// The thread that learns from the bus, and the one that carries out what an operator asked.
TEST_F(TrustedCaTest, AStatementAndItsWithdrawalThatAreHeardAtOnceLeaveTheCaUntrusted) {
  ClientLab lab;
  auto& link = lab.orchestrator();
  Endorsement added{.certificate = pki_.puppet_ca().certificate(),
                    .master = "m1",
                    .patterns = {"*"},
                    .ends_at_ms = std::numeric_limits<std::int64_t>::max()};
  for (std::uint64_t round = 0; round < 500; ++round) {
    added.number = 2 * round + 1;
    auto withdrawn = added;
    withdrawn.number = 2 * round + 2;
    withdrawn.withdrawn = true;
    auto other = std::async(std::launch::async, [&] { return link.believe(withdrawn); });
    const auto taken = link.believe(added);
    ASSERT_TRUE(other.get());
    ASSERT_TRUE(taken) << taken.error().message;
    ASSERT_FALSE(link.nodes().trusts(fingerprint_)) << "round " << round;
  }
}

// Else every operator and orchestrator could be a node, and one with a token for masters make it so.
TEST_F(TrustedCaTest, TheRootsOfWhoCommandsAreNoNodesCas) {
  ClientLab lab;
  for (const auto* root : {&lab.pki().root(), &lab.pki().orchestrator_root()}) {
    const auto endorsed =
        publish_trusted_ca(lab.orchestrator(),
                           {.certificate = root->certificate(), .master = "m1", .patterns = {"*"}});
    ASSERT_FALSE(endorsed);
    EXPECT_EQ(endorsed.error().code, Errc::refused);
    EXPECT_FALSE(lab.orchestrator().nodes().trusts(root->certificate().fingerprint()));
  }
}

// Everybody else may have room for it.
TEST_F(TrustedCaTest, WhatWeHaveNoRoomForIsNotPublished) {
  ClientLab lab;
  auto& link = lab.orchestrator();
  while (link.nodes().anchors().size() < security::kAnchorsMax)
    must(link.nodes().add(test::TestCa("local").certificate()));
  const auto published =
      publish_trusted_ca(link, {.certificate = pki_.puppet_ca().certificate(), .patterns = {"*"}});
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().code, Errc::limit);
  EXPECT_FALSE(lab.broker().retained(topic_of(fingerprint_)));
}

// A thief took the highest number: what is one above it counts by some clocks and not by others.
TEST_F(TrustedCaTest, WhatSlowerClocksWouldNotBelieveIsNotPublished) {
  ClientLab lab;
  auto& link = lab.orchestrator();
  const auto highest =
      static_cast<std::uint64_t>(link.clock().unix_ms() + admission::kNumberAheadMax.count());
  Endorsement endorsement{.certificate = pki_.puppet_ca().certificate(),
                          .patterns = {"*"},
                          .number = highest,
                          .ends_at_ms = std::numeric_limits<std::int64_t>::max()};
  ASSERT_TRUE(link.believe(endorsement));
  endorsement.withdrawn = true;
  const auto published = publish_trusted_ca(link, endorsement);
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().code, Errc::refused);
  EXPECT_FALSE(lab.broker().retained(topic_of(fingerprint_)));
}

// By a clock that is a little faster it counts, and nobody says it again.
TEST_F(TrustedCaTest, ANumberThatIsALittleAheadOfOurClockIsBelievedAMomentLater) {
  fakes::FakeClock clock(clock_.unix_ms());
  ClientLab lab(clock);
  auto& link = lab.orchestrator();
  constexpr std::chrono::seconds kSlower{2};
  const auto number = clock.unix_ms() + (admission::kNumberAheadMax + kSlower).count();
  must(lab.link().bus().publish(
      topic_of(fingerprint_),
      endorsed_by(lab.pki().orchestrator(), static_cast<std::uint64_t>(number)), {}));
  must(lab.link().bus().flush(fakes::kPatience));
  must(link.echo(fakes::kPatience));
  link.catch_up();
  EXPECT_FALSE(link.nodes().trusts(fingerprint_));
  clock.advance(kSlower);
  link.judge_again();
  link.catch_up();
  EXPECT_TRUE(link.nodes().trusts(fingerprint_));
}

TEST_F(TrustedCaTest, ANodeMayNotBringItsOwnCa) {
  EXPECT_FALSE(read(topic_of(fingerprint_), endorsed_by(pki_.node("n1"))));
}

TEST_F(TrustedCaTest, AnEmptyMessageSaysNothing) {
  EXPECT_FALSE(read(topic_of(fingerprint_), ""));
}

TEST_F(TrustedCaTest, TheTopicMustNameTheCa) {
  EXPECT_FALSE(read(topic_of("00ff"), endorsed_by(pki_.orchestrator())));
}

}  // namespace
}  // namespace muster::client
