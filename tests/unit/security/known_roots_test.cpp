#include "proto/security/known_roots.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/base/files.hpp"
#include "proto/base/put_aside.hpp"
#include "tests/support/fakes/damages.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::security {
namespace {

using testing::HasSubstr;

class KnownRootsTest : public testing::Test {
 protected:
  KnownRootsTest() { write(); }
  void write() {
    folder_.write("root.pem", old_.certificate().pem());
    folder_.write("orchestrator-root.pem", orchestrators_.certificate().pem());
  }
  std::unique_ptr<KnownRoots> open() {
    return KnownRoots::open({.operators = folder_ / "root.pem",
                             .orchestrators = folder_ / "orchestrator-root.pem",
                             .memory = folder_ / "roots.json",
                             .for_brokers = folder_ / "broker-roots.pem"})
        .value();
  }
  static std::string statement(const test::TestCa& from, const test::TestCa& to,
                               std::uint64_t number, bool finished, Root root = Root::operators) {
    return sign_root_statement({root, number, from.certificate(), to.certificate(), finished, 1},
                               from.key(), to.key())
        .value();
  }
  std::string refusal(KnownRoots& roots, const std::string& message) {
    const auto taken = roots.take(message);
    return taken ? "taken" : taken.error().message;
  }
  static std::size_t count(const KnownRoots& roots) {
    return roots.state(Root::operators).roots.size();
  }

  fakes::TempFolder folder_;
  test::TestCa old_{"Muster operator root"};
  test::TestCa new_{"Muster operator root 2"};
  test::TestCa third_{"Muster operator root 3"};
  test::TestCa orchestrators_{"Muster orchestrator root"};
};

TEST_F(KnownRootsTest, BothStandSideBySideUntilTheOldOneGoes) {
  auto roots = open();
  EXPECT_EQ(count(*roots), 1U);
  EXPECT_TRUE(roots->take(statement(old_, new_, 1, false)).value());
  EXPECT_EQ(count(*roots), 2U);
  EXPECT_TRUE(roots->take(statement(old_, new_, 2, true)).value());
  ASSERT_EQ(count(*roots), 1U);
  EXPECT_TRUE(roots->state(Root::operators).has(new_.certificate()));
}

TEST_F(KnownRootsTest, WhatWasLearntOutlivesTheProcess) {
  EXPECT_TRUE(open()->take(statement(old_, new_, 1, false)).value());
  EXPECT_EQ(count(*open()), 2U);
  EXPECT_THAT(folder_.read("broker-roots.pem"), HasSubstr(new_.certificate().pem()));
  EXPECT_TRUE(open()->take(statement(old_, new_, 2, true)).value());
  EXPECT_FALSE(open()->state(Root::operators).has(old_.certificate()));
}

TEST_F(KnownRootsTest, ADamagedMemoryIsLearntAgain) {
  EXPECT_TRUE(open()->take(statement(old_, new_, 1, false)).value());
  const auto good = folder_.read("roots.json");
  for (const auto& damage : fakes::damages_of(good)) {
    SCOPED_TRACE(damage.how);
    folder_.write("roots.json", damage.content);
    auto roots = open();
    EXPECT_EQ(count(*roots), 1U);
    EXPECT_TRUE(roots->take(statement(old_, new_, 1, false)).value());
    EXPECT_EQ(folder_.read("roots.json"), good);
  }
  EXPECT_EQ(base::put_aside_since(folder_.path(), 0).size(), fakes::damages_of(good).size());
}

TEST_F(KnownRootsTest, OtherConfiguredRootsEndWhatWasLearnt) {
  EXPECT_TRUE(open()->take(statement(old_, new_, 1, false)).value());
  folder_.write("root.pem", third_.certificate().pem());
  const auto roots = open();
  ASSERT_EQ(count(*roots), 1U);
  EXPECT_TRUE(roots->state(Root::operators).has(third_.certificate()));
}

TEST_F(KnownRootsTest, WhoWasAwayForLongFollowsStepByStepInAnyOrder) {
  auto roots = open();
  EXPECT_FALSE(roots->take(statement(new_, third_, 4, true)));
  EXPECT_FALSE(roots->take(statement(new_, third_, 3, false)));
  EXPECT_FALSE(roots->take(statement(old_, new_, 2, true)));
  EXPECT_TRUE(roots->take(statement(old_, new_, 1, false)).value());
  ASSERT_EQ(count(*roots), 1U);
  EXPECT_TRUE(roots->state(Root::operators).has(third_.certificate()));
}

TEST_F(KnownRootsTest, AnOlderNumberAndAnotherSuccessorAreRefused) {
  auto roots = open();
  ASSERT_TRUE(roots->take(statement(old_, new_, 5, false)));
  EXPECT_THAT(refusal(*roots, statement(old_, third_, 4, false)), HasSubstr("taken already"));
  EXPECT_THAT(refusal(*roots, statement(old_, third_, 6, false)), HasSubstr("follows"));
  EXPECT_FALSE(roots->take(statement(old_, new_, 5, false)).value()) << "known, and harmless";
}

TEST_F(KnownRootsTest, NoRootGoesBeforeItsSuccessorStoodBesideIt) {
  auto roots = open();
  EXPECT_THAT(refusal(*roots, statement(old_, new_, 2, true)), HasSubstr("stood beside it"));
  EXPECT_EQ(count(*roots), 1U);
}

TEST_F(KnownRootsTest, ARootSpeaksForItselfAlone) {
  auto roots = open();
  EXPECT_THAT(refusal(*roots, statement(new_, third_, 1, false)), HasSubstr("not obeyed"));
  EXPECT_THAT(refusal(*roots, statement(old_, new_, 1, false, Root::orchestrators)),
              HasSubstr("not obeyed"));
  EXPECT_THAT(refusal(*roots, statement(old_, orchestrators_, 1, false)),
              HasSubstr("cannot become the operator root"));
}

TEST_F(KnownRootsTest, AStoreFollows) {
  base::SystemClock clock;
  TrustStore store(clock);
  auto roots = open();
  const auto bob = new_.issue_member("bob", "operator");
  ASSERT_TRUE(roots->sync(store));
  EXPECT_FALSE(store.verify({bob.certificate.der()}));
  ASSERT_TRUE(roots->take(statement(old_, new_, 1, false)));
  ASSERT_TRUE(roots->sync(store));
  EXPECT_TRUE(store.verify({bob.certificate.der()}));
  const auto alice = old_.issue_member("alice", "operator");
  EXPECT_TRUE(store.verify({alice.certificate.der()}));
  ASSERT_TRUE(roots->take(statement(old_, new_, 2, true)));
  ASSERT_TRUE(roots->sync(store));
  EXPECT_FALSE(store.verify({alice.certificate.der()}));
}

TEST_F(KnownRootsTest, AStatementNeedsBothKeys) {
  EXPECT_FALSE(
      sign_root_statement({Root::operators, 1, old_.certificate(), new_.certificate(), false, 1},
                          old_.key(), third_.key()));
  EXPECT_FALSE(
      sign_root_statement({Root::operators, 1, old_.certificate(), old_.certificate(), false, 1},
                          old_.key(), old_.key()));
  auto message = statement(old_, new_, 1, false);
  message[message.size() / 2] = static_cast<char>(message[message.size() / 2] ^ 1);
  EXPECT_FALSE(read_root_statement(message));
}

}  // namespace
}  // namespace muster::security
