// What the ledger decides, and what it tells when, in virtual time.
#include "orchestrator/provision/token_ledger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/transport/topics.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"
#include "tests/unit/provision_engine/fake_ledger_host.hpp"
#include "tests/unit/provision_engine/fake_use_bus.hpp"

namespace muster::provision {
namespace {

namespace topics = transport::topics;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class TokenLedgerTest : public testing::Test {
 protected:
  TokenLedgerTest() {
    token_.id = "t1";
    token_.issued_at_ms = now_ms();
    token_.expires_at_ms = now_ms() + 3'600'000;
    token_.uses = 2;
    bus_.join(host_, [this]() -> TokenLedger& { return *ledger_; });
  }
  std::int64_t now_ms() const { return loop_.clock().unix_ms(); }
  void holds_at_most(std::size_t uses) {
    ledger_.emplace(host_, waits_,
                    TokenLedger::Options{
                        .collective = "main",
                        .uses_max = uses,
                        .on_full = [this](const std::string& why) { told_full_.push_back(why); }});
    ledger_->whole();
  }
  Status ended(loop::Task<Status> task) {
    task.start([] {});
    EXPECT_TRUE(loop_.advance_until([&] { return task.ended(); }, std::chrono::minutes(1)));
    return task.take();
  }
  Status use(const TokenUser& user, bool further = false) {
    return ended(ledger_->use(token_, user, further));
  }
  admission::Standing standing(const TokenUser& user = {"x", "y", ""}) const {
    return ledger_->standing(token_, user);
  }
  static std::string topic(const std::string& name, const std::string& key) {
    return topics::token_use("main", "t1", name, key);
  }
  void heard(const std::string& name, const std::string& signer) {
    messages::TokenUse use;
    use.token_id = token_.id;
    use.identity = name;
    use.key_fingerprint = "key";
    use.at_ms = now_ms();
    use.expires_at_ms = token_.expires_at_ms;
    ledger_->heard(use, signer, {topics::token_use("main", token_.id, name, "key"), "as signed"});
    loop_.advance(host_.disk_takes);
  }

  fakes::VirtualLoop loop_;
  loop::Waits waits_{loop_};
  FakeLedgerHost host_{waits_};
  std::vector<std::string> told_full_;
  std::optional<TokenLedger> ledger_{std::in_place, host_, waits_,
                                     TokenLedger::Options{.collective = "main"}};
  FakeUseBus bus_{loop_};
  security::JoinClaims token_;
};

TEST_F(TokenLedgerTest, AUseIsCountedOnceForANameAndKeyAndNotBeyondTheTokens) {
  EXPECT_TRUE(use({"web-1", "k1", ""}));
  EXPECT_TRUE(use({"web-1", "k1", ""})) << "it is a use already";
  EXPECT_TRUE(use({"web-2", "k2", ""}));
  EXPECT_EQ(standing({"web-1", "k9", ""}).used, 2U);
  EXPECT_TRUE(standing({"web-1", "k9", ""}).used_by_name);
  EXPECT_EQ(standing({"web-1", "k9", ""}).own_since_ms, 0) << "by another key";
  EXPECT_GT(standing({"web-1", "k1", ""}).own_since_ms, 0);
  EXPECT_EQ(use({"web-3", "k3", ""}).error().code, Errc::refused);
}

TEST_F(TokenLedgerTest, AFurtherKeyCountsAndAMasterCountsByItsCa) {
  token_.uses = 0;
  EXPECT_TRUE(use({"web-1", "k1", ""}));
  EXPECT_TRUE(use({"web-1", "k2", ""}, true));
  EXPECT_TRUE(use({"web-1", "k3", ""}));
  EXPECT_EQ(standing().used, 2U) << "the name once, and the further key";
  EXPECT_TRUE(use({"puppet-1", "k1", "ca1"}));
  EXPECT_TRUE(standing({"puppet-1", "another key", "ca1"}).used_by_name);
  EXPECT_FALSE(standing({"puppet-1", "k1", "ca2"}).used_by_name);
}

TEST_F(TokenLedgerTest, AUseOfATokenForAnyNumberIsGrantedOnceItIsOnDiskAndTold) {
  token_.uses = 0;
  host_.disk_takes = milliseconds(500);
  auto first = ledger_->use(token_, {"web-1", "k1", ""}, false);
  first.start([] {});
  EXPECT_EQ(standing().used, 1U);
  loop_.advance(milliseconds(499));
  EXPECT_FALSE(first.ended());
  EXPECT_TRUE(host_.bus.empty());
  loop_.advance(milliseconds(1));
  ASSERT_TRUE(first.ended());
  EXPECT_TRUE(first.take());
  EXPECT_THAT(host_.said, ElementsAre(StartsWith("disk "), StartsWith("bus ")))
      << "a use that others hear of is on our disk";
}

TEST_F(TokenLedgerTest, AUseOfATokenForFewIsClaimedFirstAndGrantedOnceItIsOnDiskAndTold) {
  token_.uses = 1;
  host_.disk_takes = milliseconds(500);
  auto first = ledger_->use(token_, {"web-1", "k1", ""}, false);
  auto second = ledger_->use(token_, {"web-2", "k2", ""}, false);
  first.start([] {});
  second.start([] {});
  loop_.advance(milliseconds(499));
  EXPECT_FALSE(first.ended());
  EXPECT_EQ(standing().used, 0U);
  EXPECT_THAT(host_.said, ElementsAre(StartsWith("bus "))) << "the claim";
  EXPECT_FALSE(second.ended()) << "it waits for what becomes of it";
  loop_.advance(milliseconds(1));
  ASSERT_TRUE(first.ended());
  EXPECT_TRUE(first.take());
  EXPECT_EQ(standing().used, 1U);
  ASSERT_TRUE(second.ended());
  EXPECT_EQ(second.take().error().code, Errc::refused);
  EXPECT_THAT(host_.said, ElementsAre(StartsWith("bus "), StartsWith("disk "), StartsWith("bus ")))
      << "a use that others hear of is on our disk";
}

TEST_F(TokenLedgerTest, WhatCannotBeToldIsNotCounted) {
  host_.linked = false;
  EXPECT_EQ(use({"web-1", "k1", ""}).error().code, Errc::unavailable);
  EXPECT_EQ(standing().used, 0U) << "the next attempt must tell it, or fail as well";
  EXPECT_TRUE(host_.disk.empty());
}

TEST_F(TokenLedgerTest, WhoShowsTheSameAgainWhileItIsWrittenIsNotLetInBefore) {
  token_.uses = 0;
  host_.linked = false;
  host_.disk_takes = milliseconds(500);
  auto first = ledger_->use(token_, {"web-1", "k1", ""}, false);
  auto again = ledger_->use(token_, {"web-1", "k1", ""}, false);
  first.start([] {});
  again.start([] {});
  loop_.advance(milliseconds(500));
  EXPECT_TRUE(first.ended());
  EXPECT_FALSE(again.ended()) << "the first could not be told, so it tries itself";
  host_.linked = true;
  loop_.advance(milliseconds(600));
  ASSERT_TRUE(again.ended());
  EXPECT_TRUE(again.take());
  EXPECT_EQ(host_.bus.count(topic("web-1", "k1")), 1U);
}

// While ours was being written another orchestrator let the machine in, and that was heard: it stays, on disk too.
TEST_F(TokenLedgerTest, WhatAnotherCountedMeanwhileStaysWhenOursCannotBeTold) {
  token_.uses = 0;
  host_.linked = false;
  host_.disk_takes = milliseconds(500);
  auto ours = ledger_->use(token_, {"web-1", "key", ""}, false);
  ours.start([] {});
  heard("web-1", "another's");
  EXPECT_TRUE(ours.ended());
  EXPECT_FALSE(ours.take());
  EXPECT_EQ(standing().used, 1U);
  EXPECT_EQ(host_.disk.count(topic("web-1", "key")), 1U);
}

TEST_F(TokenLedgerTest, AFullDiskLetsNodesIn) {
  host_.disk_full = true;
  EXPECT_TRUE(use({"web-1", "k1", ""})) << "the bus and the other orchestrators have it";
  EXPECT_EQ(host_.bus.size(), 1U);
}

TEST_F(TokenLedgerTest, WhatAFullDiskDidNotTakeIsWrittenOnceThereIsRoom) {
  host_.disk_full = true;
  ASSERT_TRUE(use({"web-1", "k1", ""}));
  heard("web-2", "another's");
  ASSERT_TRUE(ended(ledger_->revoke("t2", "alice", "")));
  ledger_->try_again();
  loop_.advance(std::chrono::seconds(1));
  EXPECT_TRUE(host_.disk.empty());
  host_.disk_full = false;
  ledger_->try_again();
  loop_.advance(std::chrono::seconds(1));
  EXPECT_EQ(host_.disk.count(topic("web-1", "k1")), 1U);
  EXPECT_EQ(host_.disk.count(topic("web-2", "key")), 1U) << "of what others count as well";
  EXPECT_EQ(host_.disk.count(topics::token_revocation("main", "t2")), 1U);
  EXPECT_TRUE(ledger_->idle());
}

// Who could not be let in has no use that is to be written later.
TEST_F(TokenLedgerTest, WhatAFullDiskDidNotTakeAndNobodyWasToldIsNotWrittenLater) {
  host_.disk_full = true;
  host_.linked = false;
  token_.uses = 0;
  ASSERT_FALSE(use({"web-1", "k1", ""}));
  host_.disk_full = false;
  ledger_->try_again();
  loop_.advance(std::chrono::seconds(1));
  EXPECT_TRUE(host_.disk.empty());
}

TEST_F(TokenLedgerTest, ATokenIsInUseFromItsFirstUseUntilItIsSpentOrRevoked) {
  EXPECT_TRUE(ledger_->in_use().empty());
  ASSERT_TRUE(use({"web-1", "k1", ""}));
  ASSERT_EQ(ledger_->in_use().size(), 1U);
  EXPECT_EQ(ledger_->in_use()[0].issued_at_ms, token_.issued_at_ms);
  EXPECT_EQ(ledger_->in_use()[0].ends_at_ms, token_.expires_at_ms);
  ASSERT_TRUE(use({"web-2", "k2", ""}));
  EXPECT_TRUE(ledger_->in_use().empty()) << "it is spent";
  token_.id = "t2";
  token_.uses = 0;
  ASSERT_TRUE(use({"web-1", "k1", ""}));
  ASSERT_TRUE(ended(ledger_->revoke("t2", "alice", "")));
  EXPECT_TRUE(ledger_->in_use().empty());
}

TEST_F(TokenLedgerTest, ARevocationCountsAtOnceAndIsKept) {
  auto revoking = ledger_->revoke("t1", "alice", "lost image");
  revoking.start([] {});
  EXPECT_EQ(standing().revoked_by, "alice (lost image)") << "before it is on disk";
  loop_.advance(host_.disk_takes);
  EXPECT_TRUE(revoking.ended());
  EXPECT_EQ(host_.disk.count(topics::token_revocation("main", "t1")), 1U);
  EXPECT_EQ(host_.bus.count(topics::token_revocation("main", "t1")), 1U);
  EXPECT_FALSE(ended(ledger_->revoke("a/b", "alice", "")));
}

TEST_F(TokenLedgerTest, WhenItIsFullWhatIsLongOverMakesRoom) {
  holds_at_most(1);
  ASSERT_TRUE(use({"web-1", "k1", ""}));
  loop_.advance(std::chrono::hours(2));
  const auto before = token_;
  token_.id = "t2";
  token_.expires_at_ms += 100 * 3'600'000LL;
  EXPECT_EQ(use({"web-1", "k2", ""}).error().code, Errc::limit)
      << "it has ended, and less than a day ago";
  loop_.advance(kUseKeptAfterEnd);
  EXPECT_TRUE(use({"web-1", "k2", ""}));
  EXPECT_FALSE(ledger_->standing(before, {"web-1", "k1", ""}).used_by_name);
}

TEST_F(TokenLedgerTest, WhenItIsFullWhatIsNewIsRefusedAndTold) {
  holds_at_most(1);
  ASSERT_TRUE(use({"web-1", "k1", ""}));
  for (int i = 0; i < 3; ++i) {
    const auto refused = use({"web-2", "k2", ""});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::limit);
    EXPECT_THAT(refused.error().message, HasSubstr("1 uses of join tokens are remembered"));
  }
  EXPECT_EQ(told_full_.size(), 1U) << "not of each";
  EXPECT_TRUE(use({"web-1", "k1", ""})) << "it is a use already";
  EXPECT_EQ(standing().used, 1U);
}

// Room that comes later must not make good what was spent while there was none.
TEST_F(TokenLedgerTest, AUseThatCouldNotBeKeptMakesNoSpentTokenGood) {
  holds_at_most(1);
  ASSERT_TRUE(use({"web-1", "k1", ""}));
  token_.id = "t2";
  token_.uses = 1;
  token_.expires_at_ms += 1'000 * 3'600'000LL;
  heard("web-8", "another's");
  EXPECT_THAT(use({"web-9", "k9", ""}).error().message,
              HasSubstr("1 uses of join tokens were heard and not kept"));
  loop_.advance(kUseKeptAfterEnd + std::chrono::hours(2));  // the first token's use makes room
  EXPECT_THAT(use({"web-9", "k9", ""}).error().message, HasSubstr("heard and not kept"));
}

TEST_F(TokenLedgerTest, AUseThatWasDroppedUnreadStopsNewOnes) {
  host_.unread = 1;
  EXPECT_EQ(use({"web-1", "k1", ""}).error().code, Errc::limit);
}

TEST_F(TokenLedgerTest, WhatIsClearedIsPutBackUnlessItsTokenIsOver) {
  heard("web-1", "another's");
  heard("web-2", "another's");
  EXPECT_TRUE(host_.bus.empty());
  ledger_->cleared(topic("web-1", "key"));
  ledger_->cleared(topic("web-2", "key"));
  ledger_->cleared(topic("nobody", "key"));
  loop_.advance(3 * host_.disk_takes);
  EXPECT_EQ(host_.bus.size(), 2U);
  EXPECT_TRUE(ledger_->idle());
  host_.bus.clear();
  loop_.advance(std::chrono::hours(1));
  ledger_->cleared(topic("web-1", "key"));
  loop_.advance(3 * host_.disk_takes);
  EXPECT_TRUE(host_.bus.empty());
  EXPECT_EQ(standing().used, 1U) << "it is over, and forgotten";
}

TEST_F(TokenLedgerTest, WhatCannotBePutBackIsTriedAgain) {
  heard("web-1", "another's");
  heard("web-2", "another's");
  host_.linked = false;
  ledger_->cleared(topic("web-1", "key"));
  ledger_->cleared(topic("web-2", "key"));
  loop_.advance(5 * host_.disk_takes);
  EXPECT_TRUE(ledger_->idle());
  host_.linked = true;
  ledger_->try_again();
  loop_.advance(5 * host_.disk_takes);
  EXPECT_EQ(host_.bus.size(), 2U);
}

TEST_F(TokenLedgerTest, WhatARevokedOrchestratorSignedIsSignedByUsOnceAList) {
  heard("web-1", "stolen");
  heard("web-2", "honest");
  host_.revoked.insert("stolen");
  ASSERT_TRUE(ended(ledger_->sign_what_revoked_signed()));
  ASSERT_EQ(host_.bus.size(), 1U);
  EXPECT_THAT(host_.bus.at(topic("web-1", "key")), StartsWith("ours signs"));
  host_.bus.clear();
  ASSERT_TRUE(ended(ledger_->sign_what_revoked_signed()));
  EXPECT_TRUE(host_.bus.empty());
}

TEST_F(TokenLedgerTest, WhatCouldNotBeSignedAnewIsSignedWithTheNextLook) {
  heard("web-1", "stolen");
  host_.revoked.insert("stolen");
  host_.linked = false;
  EXPECT_FALSE(ended(ledger_->sign_what_revoked_signed()));
  host_.linked = true;
  EXPECT_TRUE(ended(ledger_->sign_what_revoked_signed()));
  EXPECT_EQ(host_.bus.size(), 1U);
}

TEST_F(TokenLedgerTest, WithoutALinkTheFirstThatCannotBeSignedAnewIsTheLast) {
  for (int i = 0; i < 100; ++i) heard("web-" + std::to_string(i), "stolen");
  host_.revoked.insert("stolen");
  host_.linked = false;
  host_.said.clear();
  EXPECT_EQ(ended(ledger_->sign_what_revoked_signed()).error().code, Errc::unavailable);
  EXPECT_EQ(host_.said.size(), 1U);
  host_.linked = true;
  EXPECT_TRUE(ended(ledger_->sign_what_revoked_signed()));
  EXPECT_EQ(host_.bus.size(), 100U);
}

TEST_F(TokenLedgerTest, AStopWaitsForTheOneThatIsBeingWrittenAndForNoMore) {
  for (int i = 0; i < 100; ++i) heard("web-" + std::to_string(i), "stolen");
  host_.revoked.insert("stolen");
  auto signing = ledger_->sign_what_revoked_signed();
  signing.start([] {});
  waits_.stop();
  loop_.advance(host_.disk_takes);
  EXPECT_TRUE(signing.ended());
  EXPECT_EQ(host_.bus.size(), 1U);
}

TEST_F(TokenLedgerTest, WhoIsRevokedHimselfSignsNothing) {
  heard("web-1", "stolen");
  host_.revoked = {"stolen", "ours"};
  EXPECT_TRUE(ended(ledger_->sign_what_revoked_signed()));
  EXPECT_TRUE(host_.bus.empty());
}

TEST_F(TokenLedgerTest, WhatIsHeardWhileItStopsHoldsNoStopUp) {
  waits_.stop();
  heard("web-1", "another");
  EXPECT_TRUE(ledger_->idle());
  EXPECT_EQ(standing().used, 1U) << "it counts all the same";
  EXPECT_TRUE(host_.said.empty()) << "the bus keeps it until the next start";
}

}  // namespace
}  // namespace muster::provision
