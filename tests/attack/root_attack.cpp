// Who becomes a root: what is said about roots that follow each other.
#include "proto/envelope/envelope.hpp"
#include "proto/security/known_roots.hpp"
#include "tests/attack/row.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::attack {
namespace {

using security::Root;
using test::TestCa;

class Roots : public testing::Test {
 protected:
  Roots() {
    folder_.write("operators.pem", old_.certificate().pem());
    folder_.write("orchestrators.pem", orchestrators_.certificate().pem());
    known_ = security::KnownRoots::open({.operators = folder_ / "operators.pem",
                                         .orchestrators = folder_ / "orchestrators.pem"})
                 .value();
  }
  static std::string said(const TestCa& from, const TestCa& to, std::uint64_t number,
                          bool finished = false) {
    return security::sign_root_statement(
               {Root::operators, number, from.certificate(), to.certificate(), finished, 1},
               from.key(), to.key())
        .value();
  }
  // As it would be signed by whoever has `key`, in the old root's name.
  std::string forged(const x509::Key& key) const {
    const auto honest = envelope::decode(said(old_, evil_, 1)).value();
    envelope::Sealed sealed = honest;
    sealed.signature = key.sign(envelope::signed_bytes(sealed.kind, sealed.body)).value();
    return envelope::encode(sealed).value();
  }
  bool obeyed(const TestCa& root) const {
    return known_->state(Root::operators).has(root.certificate());
  }
  // Nothing of it keeps the honest successor away.
  void expect_honest_rotation(const TestCa& from, const TestCa& to, std::uint64_t number) {
    EXPECT_TRUE(known_->take(said(from, to, number)));
    EXPECT_TRUE(obeyed(to));
  }

  fakes::TempFolder folder_;
  TestCa old_{"Muster operator root"};
  TestCa new_{"Muster operator root 2"};
  TestCa third_{"Muster operator root 3"};
  TestCa evil_{"Muster operator root 2"};
  TestCa orchestrators_{"Muster orchestrator root"};
  std::unique_ptr<security::KnownRoots> known_;
};

TEST_F(Roots, AnOperatorNamesNoRoot) {
  row("operator", "says in the operator root's name that a root of its own follows",
      "refused, told in the log");
  const auto alice = old_.issue_member("alice", "operator");
  EXPECT_FALSE(known_->take(forged(alice.key)));
  EXPECT_FALSE(obeyed(evil_));
  expect_honest_rotation(old_, new_, 1);
}

TEST_F(Roots, AnotherRootNamesNoSuccessor) {
  row("stolen orchestrator", "says that its own root follows the operators'",
      "refused, told in the log");
  EXPECT_FALSE(known_->take(said(orchestrators_, evil_, 1)));
  EXPECT_FALSE(obeyed(evil_));
  expect_honest_rotation(old_, new_, 1);
}

TEST_F(Roots, AnOlderStatementUndoesNothing) {
  row("broker", "replays the end of an earlier rotation during the next one",
      "refused, told in the log");
  ASSERT_TRUE(known_->take(said(old_, new_, 1)));
  const auto earlier_end = said(old_, new_, 2, true);
  ASSERT_TRUE(known_->take(earlier_end));
  ASSERT_TRUE(known_->take(said(new_, third_, 3)));
  static_cast<void>(known_->take(earlier_end));
  EXPECT_TRUE(obeyed(third_)) << "the successor is not lost again";
  EXPECT_TRUE(known_->take(said(new_, third_, 4, true)));
}

TEST_F(Roots, NoRootGoesBeforeItsSuccessorStoodBesideIt) {
  row("operator", "ends the root at once, so that nobody has time to renew",
      "refused, told in the log");
  EXPECT_FALSE(known_->take(said(old_, new_, 2, true)));
  EXPECT_TRUE(obeyed(old_));
  expect_honest_rotation(old_, new_, 1);
}

TEST_F(Roots, WhatHungOnARootEndsWithIt) {
  row("operator", "commands with a certificate of the root that was replaced",
      "refused as of an unknown CA");
  base::SystemClock clock;
  security::TrustStore store(clock);
  const auto alice = old_.issue_member("alice", "operator");
  const auto bob = new_.issue_member("bob", "operator");
  ASSERT_TRUE(known_->take(said(old_, new_, 1)));
  ASSERT_TRUE(known_->sync(store));
  ASSERT_TRUE(store.verify({alice.certificate.der()}));
  ASSERT_TRUE(known_->take(said(old_, new_, 2, true)));
  ASSERT_TRUE(known_->sync(store));
  EXPECT_FALSE(store.verify({alice.certificate.der()}));
  EXPECT_TRUE(store.verify({bob.certificate.der()}));
}

}  // namespace
}  // namespace muster::attack
