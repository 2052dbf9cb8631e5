// The ledger on a bus in memory and on a real disk.
#include "orchestrator/provision/live/live_ledger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "orchestrator/client/link.hpp"
#include "orchestrator/provision/live/ledger_file.hpp"
#include "proto/base/clock.hpp"
#include "proto/messages/token_use.hpp"
#include "proto/transport/topics.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/ledger/ledger_at_work.hpp"
#include "tests/support/memory_bus/memory_bus.hpp"
#include "tests/support/pki/test_revocations.hpp"

namespace muster::provision {
namespace {

namespace topics = transport::topics;
using testing::HasSubstr;

class LiveLedgerTest : public testing::Test {
 protected:
  LiveLedgerTest() {
    token_.id = "t1";
    token_.expires_at_ms = clock_.unix_ms() + 3'600'000;
    token_.uses = 2;
    pki_.trust(link_.operators());
    pki_.trust(second_.operators());
  }
  std::unique_ptr<client::Link> link_as(const test::Holder& holder, const std::string& name) {
    return std::make_unique<client::Link>(broker_.connect(name), holder.signer(), "main", clock_);
  }
  static std::unique_ptr<test::LedgerAtWork> ledger_of(client::Link& link) {
    auto ledger = test::LedgerAtWork::open(link);
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

  const fakes::TempFolder folder_;
  const test::TestPki pki_;
  const base::SystemClock clock_;
  test::MemoryBroker broker_;
  std::unique_ptr<client::Link> first_link_ = link_as(pki_.orchestrator(), "o1");
  std::unique_ptr<client::Link> second_link_ = link_as(pki_.orchestrator(), "o2");
  client::Link& link_ = *first_link_;
  client::Link& second_ = *second_link_;
  security::JoinClaims token_;
};

TEST_F(LiveLedgerTest, AnotherOrchestratorCountsOnAtOnce) {
  ASSERT_TRUE(ledger_of(link_)->use(token_, {"web-1", "k1", ""}, false));
  const auto theirs = ledger_of(second_);
  EXPECT_EQ(theirs->standing(token_, {"web-2", "k2", ""}).used, 1U);
  ASSERT_EQ(theirs->in_use().size(), 1U);
  EXPECT_EQ(theirs->in_use()[0].ends_at_ms, token_.expires_at_ms);
}

TEST_F(LiveLedgerTest, TwoThatAreAskedAtOnceLetInOne) {
  const auto ours = ledger_of(link_);
  const auto theirs = ledger_of(second_);
  for (int round = 0; round < 20; ++round) {
    token_.id = "once-" + std::to_string(round);
    token_.uses = 1;
    auto here = std::async(std::launch::async, [&] {
      return ours->use(token_, {"web-1", "k1", ""}, false);
    });
    const auto there = theirs->use(token_, {"web-2", "k2", ""}, false);
    const auto told = here.get();
    EXPECT_NE(bool(told), bool(there));
    EXPECT_EQ((told ? there : told).error().code, Errc::refused);
  }
}

TEST_F(LiveLedgerTest, WhoLostTheLinkAndHasItAgainCountsOn) {
  const auto ours = ledger_of(link_);
  broker_.drop("o1");
  ASSERT_TRUE(ledger_of(second_)->use(token_, {"web-1", "k1", ""}, false));
  broker_.restore("o1");
  EXPECT_TRUE(ours->use(token_, {"web-2", "k2", ""}, false));
  EXPECT_EQ(ours->use(token_, {"web-3", "k3", ""}, false).error().code, Errc::refused);
}

// Many machines of one image, which write to one disk.
TEST_F(LiveLedgerTest, UsesThatComeTogetherAreAllWrittenAndTold) {
  token_.uses = 0;
  {
    const auto before = test::LedgerAtWork::open(link_, {.file = folder_ / "tokens.db"}).value();
    std::vector<std::future<Status>> uses;
    for (int i = 0; i < 50; ++i)
      uses.push_back(std::async(std::launch::async, [&, name = "web-" + std::to_string(i)] {
        return before->use(token_, {name, "key", ""}, false);
      }));
    for (auto& use : uses) EXPECT_TRUE(use.get());
  }
  EXPECT_EQ(ledger_of(second_)->standing(token_, {"x", "y", ""}).used, 50U);
  test::MemoryBroker anew;
  client::Link link(anew.connect("o"), pki_.orchestrator().signer(), "main", clock_);
  pki_.trust(link.operators());
  const auto after = test::LedgerAtWork::open(link, {.file = folder_ / "tokens.db"}).value();
  EXPECT_EQ(after->standing(token_, {"x", "y", ""}).used, 50U);
}

TEST_F(LiveLedgerTest, WhatCannotBeToldIsNotCounted) {
  token_.uses = 0;
  const auto ledger = ledger_of(link_);
  link_.bus().disconnect();
  EXPECT_FALSE(ledger->use(token_, {"web-1", "k1", ""}, false));
  EXPECT_EQ(ledger->standing(token_, {"web-1", "k1", ""}).used, 0U)
      << "the next attempt must tell it, or fail as well";
}

TEST_F(LiveLedgerTest, AUseThatWasDroppedUnreadStopsNewOnes) {
  constexpr std::size_t kUses = 300;
  const auto bus = broker_.connect("counted before");
  for (std::size_t i = 0; i < kUses; ++i) {
    const auto name = "web-" + std::to_string(i);
    ASSERT_TRUE(bus->publish(topics::token_use("main", "t1", name, "key"),
                             sealed_use(pki_.orchestrator(), name), {.retain = true}));
  }
  auto queue = ledger_queue(kUses);
  queue.items = queue.per_sender = 10;
  const auto ledger = test::LedgerAtWork::open(link_, {.queue = queue}).value();
  token_.id = "t2";
  const auto refused = ledger->use(token_, {"new", "k1", ""}, false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::limit);
  EXPECT_THAT(refused.error().message, HasSubstr("were heard and not kept"));
}

// All that can be remembered is retained, and comes at once to who starts.
TEST_F(LiveLedgerTest, EveryUseThatCanBeRememberedHasAPlaceInTheQueue) {
  EXPECT_GE(LiveLedger::Options{}.queue.per_sender, LiveLedger::Options{}.uses_max);
  EXPECT_GE(LiveLedger::Options{}.queue.items, LiveLedger::Options{}.uses_max);
  constexpr std::size_t kUses = 300;
  const auto bus = broker_.connect("counted before");
  for (std::size_t i = 0; i < kUses; ++i) {
    const auto name = std::string(60, 'w') + std::to_string(i);
    const auto sealed = sealed_use(pki_.orchestrator(), name);
    EXPECT_LT(sealed.size(), kUseMessageBytes);
    ASSERT_TRUE(
        bus->publish(topics::token_use("main", "t1", name, "key"), sealed, {.retain = true}));
  }
  const auto ledger =
      test::LedgerAtWork::open(link_, {.uses_max = kUses + 1, .queue = ledger_queue(kUses)})
          .value();
  EXPECT_EQ(ledger->standing(token_, {"x", "y", ""}).used, kUses);
  token_.id = "t2";
  EXPECT_TRUE(ledger->use(token_, {"new", "k1", ""}, false));
}

// An orchestrator that starts at a broker which has lost its file.
class LiveLedgerFileTest : public LiveLedgerTest {
 protected:
  struct Orchestrator {
    std::unique_ptr<client::Link> link;
    std::unique_ptr<test::LedgerAtWork> ledger;
  };
  Orchestrator start(test::MemoryBroker& broker) {
    Orchestrator out;
    out.link = std::make_unique<client::Link>(broker.connect("o"), pki_.orchestrator().signer(),
                                              "main", clock_);
    pki_.trust(out.link->operators());
    out.ledger = test::LedgerAtWork::open(*out.link, {.file = file_}).value();
    return out;
  }
  std::uint32_t used(Orchestrator& orchestrator) {
    return orchestrator.ledger->standing(token_, {"x", "y", ""}).used;
  }

  const std::filesystem::path file_ = folder_ / "tokens.db";
  test::MemoryBroker anew_;
};

TEST_F(LiveLedgerFileTest, WhatTheBrokerLostStillCountsAndIsPublishedAgain) {
  {
    auto before = start(broker_);
    ASSERT_TRUE(before.ledger->use(token_, {"web-1", "k1", ""}, false));
    ASSERT_TRUE(before.ledger->revoke("t9", "alice", "lost image"));
    ASSERT_TRUE(ledger_of(second_)->use(token_, {"web-2", "k2", ""}, false));
    ASSERT_TRUE(fakes::wait_until([&] { return used(before) == 2; }));
  }
  auto after = start(anew_);
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

TEST_F(LiveLedgerFileTest, WhatCouldNotBeToldIsNotInTheFile) {
  token_.uses = 0;
  {
    auto before = start(broker_);
    before.link->bus().disconnect();
    EXPECT_FALSE(before.ledger->use(token_, {"web-1", "k1", ""}, false));
  }
  auto after = start(anew_);
  EXPECT_EQ(used(after), 0U);
}

TEST_F(LiveLedgerFileTest, WhatARevokedOrchestratorSignedIsNotBroughtBack) {
  const auto stolen = pki_.orchestrator_root().issue_member("stolen", "orchestrator");
  {
    auto before = start(broker_);
    ASSERT_TRUE(broker_.connect("stolen")->publish(topics::token_use("main", "t1", "web-1", "key"),
                                                   sealed_use(stolen, "web-1"), {.retain = true}));
    ASSERT_TRUE(fakes::wait_until([&] { return used(before) == 1; }));
  }
  client::Link link(anew_.connect("o"), pki_.orchestrator().signer(), "main", clock_);
  pki_.trust(link.operators());
  ASSERT_TRUE(link.take(test::revoke(pki_.orchestrator_root(), 1, {stolen.certificate})));
  const auto ledger = test::LedgerAtWork::open(link, {.file = file_}).value();
  EXPECT_EQ(ledger->standing(token_, {"x", "y", ""}).used, 0U);
}

TEST_F(LiveLedgerFileTest, ADamagedFileIsPutAsideAndWhatTheBusHasCounts) {
  ASSERT_TRUE(ledger_of(link_)->use(token_, {"web-1", "k1", ""}, false));
  folder_.write("tokens.db", std::string(8'192, 'x'));
  for (auto* broker : {&broker_, &anew_}) {
    auto orchestrator = start(*broker);
    EXPECT_EQ(used(orchestrator), 1U) << "written down anew";
  }
  std::size_t aside = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
    aside += entry.path().filename().string().starts_with("tokens.db.damaged-") ? 1U : 0U;
  EXPECT_EQ(aside, 1U);
}

TEST_F(LiveLedgerFileTest, WhatIsLongOverLeavesTheFile) {
  {
    auto before = start(broker_);
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

TEST_F(LiveLedgerTest, AnEmptyMessageRemovesNothingAndTheUseIsPutBack) {
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

TEST_F(LiveLedgerTest, OnlyOrchestratorsAreBelieved) {
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

TEST_F(LiveLedgerTest, WhatARevokedOrchestratorCountedStaysCounted) {
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

TEST_F(LiveLedgerTest, ARevokedTokenIsRevokedEverywhereAndStaysSo) {
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
