#include <gtest/gtest.h>

#include <ctime>

#include "proto/envelope/envelope.hpp"
#include "proto/security/signer.hpp"
#include "proto/security/verifier.hpp"
#include "tests/fuzz/mutator.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster {
namespace {

using envelope::Kind;

TEST(EnvelopeFuzz, WhatIsDecodedCanBeEncodedAndMeansTheSame) {
  const test::TestCa ca("root");
  const auto signer = ca.issue_member("alice", "operator").signer();
  const auto key = security::Signer::with_key(x509::Key::generate_p256().value());
  const std::vector<std::string> corpus = {signer.seal(Kind::request, "body").value(),
                                           signer.seal(Kind::event, "").value(),
                                           key.seal(Kind::join_announce, "announce").value(), ""};
  fuzz::run(corpus, 50'000, [](std::string_view input) {
    const auto sealed = envelope::decode(input);
    if (!sealed) return;
    const auto again = envelope::decode(envelope::encode(*sealed).value());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->kind, sealed->kind);
    EXPECT_EQ(again->body, sealed->body);
    EXPECT_EQ(again->signature, sealed->signature);
    EXPECT_EQ(again->certificates, sealed->certificates);
    EXPECT_EQ(again->public_key, sealed->public_key);
  });
}

TEST(EnvelopeFuzz, NoChangedBodyEverVerifies) {
  const fakes::FakeClock clock(std::int64_t{std::time(nullptr)} * 1000);
  const test::TestCa ca("root");
  security::TrustStore trust(clock);
  ASSERT_TRUE(trust.add(ca.certificate(), security::Root::operators));
  const auto alice = ca.issue_member("alice", "operator").signer();
  const auto bob = ca.issue_member("bob", "operator").signer();
  const std::vector<std::string> corpus = {alice.seal(Kind::request, "from alice").value(),
                                           bob.seal(Kind::request, "from bob").value(),
                                           alice.seal(Kind::reply, "a reply").value()};
  fuzz::run(corpus, 5'000, [&](std::string_view input) {
    const auto opened = security::open(input, Kind::request, trust);
    if (!opened) return;
    EXPECT_EQ(opened->body, "from " + opened->signer);
    EXPECT_EQ(opened->role, security::Role::operator_);
  });
}

TEST(EnvelopeFuzz, NoChangedBodyEverVerifiesByABareKey) {
  const fakes::FakeClock clock;
  const security::TrustStore nobody(clock);
  const auto key = x509::Key::generate_p256().value();
  const auto signer = security::Signer::with_key(key);
  const std::vector<std::string> corpus = {signer.seal(Kind::join_announce, "body").value(),
                                           signer.seal(Kind::reply, "reply").value()};
  fuzz::run(corpus, 5'000, [&](std::string_view input) {
    const auto opened = security::open_by_key(input, Kind::join_announce, key.public_der(), nobody);
    if (opened) {
      EXPECT_EQ(opened->body, "body");
    }
  });
}

}  // namespace
}  // namespace muster
