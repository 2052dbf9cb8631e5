#include "orchestrator/provision/live/token_ledger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/client/link.hpp"
#include "orchestrator/provision/live/ledger_file.hpp"
#include "proto/base/clock.hpp"
#include "proto/messages/token_use.hpp"
#include "proto/transport/topics.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/memory_bus/memory_bus.hpp"
#include "tests/support/pki/test_revocations.hpp"

namespace muster::provision {
namespace {

namespace topics = transport::topics;
using testing::HasSubstr;

class TokenLedgerTest : public testing::Test {
 protected:
  TokenLedgerTest() {
    token_.id = "t1";
    token_.expires_at_ms = clock_.unix_ms() + 3'600'000;
    token_.uses = 2;
    pki_.trust(link_.operators());
    pki_.trust(second_.operators());
  }
  std::unique_ptr<client::Link> link_as(const test::Holder& holder, const std::string& name) {
    return std::make_unique<client::Link>(broker_.connect(name), holder.signer(), "main", clock_);
  }
  static std::unique_ptr<TokenLedger> ledger_of(client::Link& link) {
    auto ledger = TokenLedger::watch(link, std::chrono::seconds(10));
    EXPECT_TRUE(ledger) << ledger.error().message;
    return *std::move(ledger);
  }
  std::string sealed_use(const test::Holder& signer, const std::string& identity) const {
    messages::TokenUse use;
    use.token_id = "t1";
    use.identity = identity;
    use.key_fingerprint = "key";
    use.at_ms = clock_.unix_ms();
    use.expires_at_ms = token_.expires_at_ms;
    return signer.signer().seal(envelope::Kind::token_use, test::body_of(use)).value();
  }

  const test::TestPki pki_;
  const base::SystemClock clock_;
  test::MemoryBroker broker_;
  std::unique_ptr<client::Link> first_link_ = link_as(pki_.orchestrator(), "o1");
  std::unique_ptr<client::Link> second_link_ = link_as(pki_.orchestrator(), "o2");
  client::Link& link_ = *first_link_;
  client::Link& second_ = *second_link_;
  security::JoinClaims token_;
};

TEST_F(TokenLedgerTest, AUseIsCountedOnceForANameAndKeyAndNotBeyondTheTokens) {
  const auto ledger = ledger_of(link_);
  EXPECT_TRUE(ledger->use(token_, {"web-1", "k1", ""}, false));
  EXPECT_TRUE(ledger->use(token_, {"web-2", "k2", ""}, false));
  const auto standing = ledger->standing(token_, {"web-1", "k9", ""});
  EXPECT_EQ(standing.used, 2U);
  EXPECT_TRUE(standing.used_by_name);
  EXPECT_EQ(standing.own_since_ms, 0) << "by another key";
  EXPECT_GT(ledger->standing(token_, {"web-1", "k1", ""}).own_since_ms, 0);
  EXPECT_EQ(ledger->use(token_, {"web-3", "k3", ""}, false).error().code, Errc::refused);
}

TEST_F(TokenLedgerTest, AFurtherKeyCountsAndAMasterCountsByItsCa) {
  token_.uses = 0;
  const auto ledger = ledger_of(link_);
  EXPECT_TRUE(ledger->use(token_, {"web-1", "k1", ""}, false));
  EXPECT_TRUE(ledger->use(token_, {"web-1", "k2", ""}, true));
  EXPECT_EQ(ledger->standing(token_, {"web-1", "k3", ""}).used, 2U);
  EXPECT_TRUE(ledger->use(token_, {"puppet-1", "k1", "ca1"}, false));
  EXPECT_TRUE(ledger->standing(token_, {"puppet-1", "another key", "ca1"}).used_by_name);
  EXPECT_FALSE(ledger->standing(token_, {"puppet-1", "k1", "ca2"}).used_by_name);
}

TEST_F(TokenLedgerTest, ATokenIsInUseFromItsFirstUseUntilItIsSpentOrRevoked) {
  token_.issued_at_ms = token_.expires_at_ms - 90 * 24 * 3'600'000LL;
  const auto ledger = ledger_of(link_);
  EXPECT_TRUE(ledger->in_use().empty());
  ASSERT_TRUE(ledger->use(token_, {"web-1", "k1", ""}, false));
  const auto of_another = ledger_of(second_);
  for (const auto* one : {ledger.get(), of_another.get()}) {
    const auto tokens = one->in_use();
    ASSERT_EQ(tokens.size(), 1U);
    EXPECT_EQ(tokens[0].id, "t1");
    EXPECT_EQ(tokens[0].issued_at_ms, token_.issued_at_ms);
    EXPECT_EQ(tokens[0].ends_at_ms, token_.expires_at_ms);
  }
  ASSERT_TRUE(ledger->use(token_, {"web-2", "k2", ""}, false));
  EXPECT_TRUE(ledger->in_use().empty()) << "it is spent";
  token_.id = "t2";
  token_.uses = 0;
  ASSERT_TRUE(ledger->use(token_, {"web-1", "k1", ""}, false));
  EXPECT_EQ(ledger->in_use().size(), 1U);
  ASSERT_TRUE(ledger->revoke("t2", "alice", ""));
  EXPECT_TRUE(ledger->in_use().empty());
}

TEST_F(TokenLedgerTest, AnotherOrchestratorCountsOnAtOnce) {
  ASSERT_TRUE(ledger_of(link_)->use(token_, {"web-1", "k1", ""}, false));
  EXPECT_EQ(ledger_of(second_)->standing(token_, {"web-2", "k2", ""}).used, 1U);
}

TEST_F(TokenLedgerTest, WhatCannotBeToldIsNotCounted) {
  const auto ledger = ledger_of(link_);
  link_.bus().disconnect();
  EXPECT_FALSE(ledger->use(token_, {"web-1", "k1", ""}, false));
  EXPECT_EQ(ledger->standing(token_, {"web-1", "k1", ""}).used, 0U)
      << "the next attempt must tell it, or fail as well";
}

TEST_F(TokenLedgerTest, WhenItIsFullWhatIsLongOverMakesRoom) {
  fakes::FakeClock clock(clock_.unix_ms());
  client::Link link(broker_.connect("o3"), pki_.orchestrator().signer(), "main", clock);
  pki_.trust(link.operators());
  const auto ledger = TokenLedger::watch(link, std::chrono::seconds(10), {.uses_max = 1}).value();
  ASSERT_TRUE(ledger->use(token_, {"web-1", "k1", ""}, false));
  clock.advance(std::chrono::hours(2));
  auto later = token_;
  later.id = "t2";
  later.expires_at_ms += 100 * 3'600'000LL;
  EXPECT_EQ(ledger->use(later, {"web-1", "k2", ""}, false).error().code, Errc::limit)
      << "it has ended, and less than a day ago";
  clock.advance(kUseKeptAfterEnd);
  EXPECT_TRUE(ledger->use(later, {"web-1", "k2", ""}, false));
  EXPECT_FALSE(ledger->standing(token_, {"web-1", "k1", ""}).used_by_name);
}

TEST_F(TokenLedgerTest, WhenItIsFullWhatIsNewIsRefusedAndTold) {
  std::vector<std::string> told;
  const auto ledger =
      TokenLedger::watch(link_, std::chrono::seconds(10),
                         {.uses_max = 1, .on_full = [&](const auto& why) { told.push_back(why); }})
          .value();
  ASSERT_TRUE(ledger->use(token_, {"web-1", "k1", ""}, false));
  for (int i = 0; i < 3; ++i) {
    const auto refused = ledger->use(token_, {"web-2", "k2", ""}, false);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::limit);
    EXPECT_THAT(refused.error().message, HasSubstr("1 uses of join tokens are remembered"));
  }
  EXPECT_EQ(told.size(), 1U) << "not of each";
  EXPECT_TRUE(ledger->use(token_, {"web-1", "k1", ""}, false)) << "it is a use already";
  EXPECT_EQ(ledger->standing(token_, {"web-2", "k2", ""}).used, 1U);
}

// Room that comes later must not make good what was spent while there was none.
TEST_F(TokenLedgerTest, AUseThatCouldNotBeKeptMakesNoSpentTokenGood) {
  fakes::FakeClock clock(clock_.unix_ms());
  client::Link link(broker_.connect("o3"), pki_.orchestrator().signer(), "main", clock);
  pki_.trust(link.operators());
  auto spent = token_;
  spent.id = "t2";
  spent.uses = 1;
  spent.expires_at_ms += 1'000 * 3'600'000LL;
  std::atomic<std::size_t> told{0};
  const TokenLedger::Options small{.uses_max = 1, .on_full = [&](const auto&) { ++told; }};
  const auto ledger = TokenLedger::watch(link, std::chrono::seconds(10), small).value();
  ASSERT_TRUE(ledger->use(token_, {"web-1", "k1", ""}, false));
  ASSERT_TRUE(ledger_of(second_)->use(spent, {"web-8", "k8", ""}, false));
  const auto refusal = [&] {
    const auto used = ledger->use(spent, {"web-9", "k9", ""}, false);
    return used ? std::string("it was used") : used.error().message;
  };
  ASSERT_TRUE(fakes::wait_until([&] {
    return refusal().find("1 uses of join tokens were heard and not kept") != std::string::npos;
  })) << refusal();
  clock.advance(kUseKeptAfterEnd + std::chrono::hours(2));  // the first token's use makes room
  EXPECT_THAT(refusal(), HasSubstr("heard and not kept"));
  EXPECT_GE(told, 1U);
  const auto anew = TokenLedger::watch(link, std::chrono::seconds(10), small).value();
  EXPECT_EQ(anew->use(spent, {"web-9", "k9", ""}, false).error().code, Errc::refused)
      << "who starts anew knows that it is spent";
}

TEST_F(TokenLedgerTest, AUseThatWasDroppedUnreadStopsNewOnes) {
  constexpr std::size_t kUses = 300;
  const auto bus = broker_.connect("counted before");
  for (std::size_t i = 0; i < kUses; ++i) {
    const auto name = "web-" + std::to_string(i);
    ASSERT_TRUE(bus->publish(topics::token_use("main", "t1", name, "key"),
                             sealed_use(pki_.orchestrator(), name), {.retain = true}));
  }
  auto queue = ledger_queue(kUses);
  queue.items = queue.per_sender = 10;
  const auto ledger = TokenLedger::watch(link_, std::chrono::seconds(10), {.queue = queue}).value();
  token_.id = "t2";
  const auto refused = ledger->use(token_, {"new", "k1", ""}, false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::limit);
  EXPECT_THAT(refused.error().message, HasSubstr("were heard and not kept"));
}

// All that can be remembered is retained, and comes at once to who starts.
TEST_F(TokenLedgerTest, EveryUseThatCanBeRememberedHasAPlaceInTheQueue) {
  EXPECT_GE(TokenLedger::Options{}.queue.per_sender, TokenLedger::Options{}.uses_max);
  EXPECT_GE(TokenLedger::Options{}.queue.items, TokenLedger::Options{}.uses_max);
  constexpr std::size_t kUses = 300;
  const auto bus = broker_.connect("counted before");
  for (std::size_t i = 0; i < kUses; ++i) {
    const auto name = std::string(60, 'w') + std::to_string(i);
    const auto sealed = sealed_use(pki_.orchestrator(), name);
    EXPECT_LT(sealed.size(), kUseMessageBytes);
    ASSERT_TRUE(
        bus->publish(topics::token_use("main", "t1", name, "key"), sealed, {.retain = true}));
  }
  const auto ledger = TokenLedger::watch(link_, std::chrono::seconds(10),
                                         {.uses_max = kUses + 1, .queue = ledger_queue(kUses)})
                          .value();
  EXPECT_EQ(ledger->standing(token_, {"x", "y", ""}).used, kUses);
  token_.id = "t2";
  EXPECT_TRUE(ledger->use(token_, {"new", "k1", ""}, false));
}

// An orchestrator that starts at a broker which has lost its file.
class TokenLedgerFileTest : public TokenLedgerTest {
 protected:
  struct Orchestrator {
    std::unique_ptr<client::Link> link;
    std::unique_ptr<TokenLedger> ledger;
  };
  Orchestrator start(test::MemoryBroker& broker) const {
    Orchestrator out;
    out.link = std::make_unique<client::Link>(broker.connect("o"), pki_.orchestrator().signer(),
                                              "main", clock_);
    pki_.trust(out.link->operators());
    out.ledger = TokenLedger::watch(*out.link, std::chrono::seconds(10), {.file = file_}).value();
    return out;
  }
  std::uint32_t used(const Orchestrator& orchestrator) const {
    return orchestrator.ledger->standing(token_, {"x", "y", ""}).used;
  }

  const fakes::TempFolder folder_;
  const std::filesystem::path file_ = folder_ / "tokens.db";
  test::MemoryBroker anew_;
};

TEST_F(TokenLedgerFileTest, WhatTheBrokerLostStillCountsAndIsPublishedAgain) {
  {
    const auto before = start(broker_);
    ASSERT_TRUE(before.ledger->use(token_, {"web-1", "k1", ""}, false));
    ASSERT_TRUE(before.ledger->revoke("t9", "alice", "lost image"));
    ASSERT_TRUE(ledger_of(second_)->use(token_, {"web-2", "k2", ""}, false));
    ASSERT_TRUE(fakes::wait_until([&] { return used(before) == 2; }));
  }
  const auto after = start(anew_);
  EXPECT_EQ(used(after), 2U) << "also what others counted";
  EXPECT_EQ(after.ledger->use(token_, {"web-3", "k3", ""}, false).error().code, Errc::refused);
  auto revoked = token_;
  revoked.id = "t9";
  EXPECT_EQ(after.ledger->standing(revoked, {"x", "y", ""}).revoked_by, "alice (lost image)");
  client::Link other(anew_.connect("other"), pki_.orchestrator().signer(), "main", clock_);
  pki_.trust(other.operators());
  const auto theirs = ledger_of(other);
  EXPECT_EQ(theirs->standing(token_, {"x", "y", ""}).used, 2U) << "who has no file hears of it";
  EXPECT_TRUE(theirs->standing(revoked, {"x", "y", ""}).revoked);
}

TEST_F(TokenLedgerFileTest, WhatCouldNotBeToldIsNotInTheFile) {
  {
    const auto before = start(broker_);
    before.link->bus().disconnect();
    EXPECT_FALSE(before.ledger->use(token_, {"web-1", "k1", ""}, false));
  }
  EXPECT_EQ(used(start(anew_)), 0U);
}

TEST_F(TokenLedgerFileTest, WhatARevokedOrchestratorSignedIsNotBroughtBack) {
  const auto stolen = pki_.orchestrator_root().issue_member("stolen", "orchestrator");
  {
    const auto before = start(broker_);
    ASSERT_TRUE(broker_.connect("stolen")->publish(topics::token_use("main", "t1", "web-1", "key"),
                                                   sealed_use(stolen, "web-1"), {.retain = true}));
    ASSERT_TRUE(fakes::wait_until([&] { return used(before) == 1; }));
  }
  client::Link link(anew_.connect("o"), pki_.orchestrator().signer(), "main", clock_);
  pki_.trust(link.operators());
  ASSERT_TRUE(link.take(test::revoke(pki_.orchestrator_root(), 1, {stolen.certificate})));
  const auto ledger = TokenLedger::watch(link, std::chrono::seconds(10), {.file = file_}).value();
  EXPECT_EQ(ledger->standing(token_, {"x", "y", ""}).used, 0U);
}

TEST_F(TokenLedgerFileTest, ADamagedFileIsPutAsideAndWhatTheBusHasCounts) {
  ASSERT_TRUE(ledger_of(link_)->use(token_, {"web-1", "k1", ""}, false));
  folder_.write("tokens.db", std::string(8'192, 'x'));
  EXPECT_EQ(used(start(broker_)), 1U);
  EXPECT_EQ(used(start(anew_)), 1U) << "written down anew";
  std::size_t aside = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
    aside += entry.path().filename().string().starts_with("tokens.db.corrupt-") ? 1U : 0U;
  EXPECT_EQ(aside, 1U);
}

TEST_F(TokenLedgerFileTest, WhatIsLongOverLeavesTheFile) {
  {
    const auto before = start(broker_);
    ASSERT_TRUE(before.ledger->use(token_, {"web-1", "k1", ""}, false));
  }
  fakes::FakeClock later(token_.expires_at_ms +
                         std::chrono::milliseconds(kUseKeptAfterEnd).count() + 1);
  {
    const auto file = LedgerFile::open(file_, later).value();
    std::size_t rows = 0;
    ASSERT_TRUE(file->each([&](const auto&, const auto&) { ++rows; }));
    EXPECT_EQ(rows, 0U);
  }
}

TEST_F(TokenLedgerTest, AnEmptyMessageRemovesNothingAndTheUseIsPutBack) {
  const auto ledger = ledger_of(link_);
  ASSERT_TRUE(ledger->use(token_, {"web-1", "k1", ""}, false));
  const auto thief = broker_.connect("thief");
  ASSERT_TRUE(thief->publish(topics::token_use("main", "t1", "web-1", "k1"), "", {.retain = true}));
  const auto counted_anew = [&] {
    return ledger_of(second_)->standing(token_, {"web-1", "k1", ""}).used == 1;
  };
  EXPECT_TRUE(fakes::wait_until(counted_anew));
  EXPECT_EQ(ledger->standing(token_, {"web-1", "k1", ""}).used, 1U);
}

TEST_F(TokenLedgerTest, OnlyOrchestratorsAreBelieved) {
  const auto ledger = ledger_of(link_);
  const auto bus = broker_.connect("anybody");
  const auto tell = [&](const test::Holder& signer, const std::string& identity) {
    ASSERT_TRUE(bus->publish(topics::token_use("main", "t1", identity, "key"),
                             sealed_use(signer, identity), {.retain = true}));
  };
  tell(pki_.operator_(), "web-1");
  tell(pki_.issuer(), "web-2");
  tell(pki_.orchestrator(), "web-3");
  const auto used = [&] { return ledger->standing(token_, {"x", "y", ""}).used; };
  EXPECT_TRUE(fakes::wait_until([&] { return used() > 0; }));
  EXPECT_EQ(used(), 1U);
  EXPECT_TRUE(ledger->standing(token_, {"web-3", "key", ""}).used_by_name);
}

TEST_F(TokenLedgerTest, WhatARevokedOrchestratorCountedStaysCounted) {
  const auto stolen = pki_.orchestrator_root().issue_member("stolen", "orchestrator");
  const auto bus = broker_.connect("stolen");
  ASSERT_TRUE(bus->publish(topics::token_use("main", "t1", "web-1", "key"),
                           sealed_use(stolen, "web-1"), {.retain = true}));
  const auto ledger = ledger_of(link_);
  ASSERT_EQ(ledger->standing(token_, {"x", "y", ""}).used, 1U);
  const auto list = test::revoke(pki_.orchestrator_root(), 1, {stolen.certificate});
  ASSERT_TRUE(link_.take(list));
  ASSERT_TRUE(second_.take(list));
  EXPECT_EQ(ledger_of(second_)->standing(token_, {"x", "y", ""}).used, 0U)
      << "who starts then does not believe it";
  ledger->sign_what_revoked_signed();
  EXPECT_TRUE(fakes::wait_until([&] {
    return ledger_of(second_)->standing(token_, {"x", "y", ""}).used == 1;
  }));
}

TEST_F(TokenLedgerTest, ARevokedTokenIsRevokedEverywhereAndStaysSo) {
  const auto ledger = ledger_of(link_);
  ASSERT_TRUE(ledger->revoke("t1", "alice", "lost image"));
  EXPECT_EQ(ledger->standing(token_, {"x", "y", ""}).revoked_by, "alice (lost image)");
  EXPECT_TRUE(ledger_of(second_)->standing(token_, {"x", "y", ""}).revoked);
  const auto thief = broker_.connect("thief");
  ASSERT_TRUE(thief->publish(topics::token_revocation("main", "t1"), "", {.retain = true}));
  EXPECT_TRUE(fakes::wait_until([&] {
    return ledger_of(second_)->standing(token_, {"x", "y", ""}).revoked;
  }));
  EXPECT_FALSE(ledger->revoke("a/b", "alice", ""));
}

}  // namespace
}  // namespace muster::provision
