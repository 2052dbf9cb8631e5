// Several orchestrators and tokens that let in few: what each is told, whoever heard what when, in virtual time.
#include "orchestrator/provision/use_claims.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "proto/transport/topics.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"
#include "tests/unit/provision_engine/fake_use_bus.hpp"

namespace muster::provision {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

// An orchestrator's ledger, until it is killed.
struct Orchestrator {
  Orchestrator(fakes::VirtualLoop& loop, FakeUseBus& bus, const std::string& session)
      : waits(loop), host(waits) {
    host.session_id = session;
    ledger.emplace(host, waits, TokenLedger::Options{.collective = "main"});
    ear = bus.join(host, [this]() -> TokenLedger& { return *ledger; });
  }
  loop::Waits waits;
  FakeLedgerHost host;
  std::optional<TokenLedger> ledger;
  std::shared_ptr<FakeUseBus::Ear> ear;
};

// A machine that one orchestrator was asked to let in.
class Asking {
 public:
  Asking(Orchestrator& at, const security::JoinClaims& token, const std::string& name,
         const std::string& key = "")
      : task_(at.ledger->use(token, {name, key.empty() ? "key of " + name : key, ""}, false)) {
    task_.start([] {});
  }
  bool ended() const { return task_.ended(); }
  Status take() { return task_.take(); }

 private:
  loop::Task<Status> task_;
};

class UseClaimsTest : public testing::Test {
 protected:
  UseClaimsTest() {
    token_.id = "t1";
    token_.expires_at_ms = loop_.clock().unix_ms() + 3'600'000;
    token_.uses = 1;
    first_.ear->latency = milliseconds(20);
    second_.ear->latency = milliseconds(30);
  }
  // Both ask at one moment, where neither has heard of the other.
  std::vector<Status> both(const std::string& one, const std::string& other) {
    Asking here(first_, token_, one);
    Asking there(second_, token_, other);
    loop_.advance_until([&] { return here.ended() && there.ended(); }, std::chrono::minutes(2));
    EXPECT_TRUE(here.ended() && there.ended());
    return {here.take(), there.take()};
  }
  Status ask(Orchestrator& at, const std::string& name, const std::string& key = "") {
    Asking asking(at, token_, name, key);
    loop_.advance_until([&] { return asking.ended(); }, std::chrono::minutes(2));
    EXPECT_TRUE(asking.ended());
    return asking.take();
  }
  // An orchestrator claims a use for that name, and dies.
  void claims_and_dies(const std::string& name) {
    Orchestrator dies(loop_, bus_, "dies");
    dies.ear->latency = seconds(100);
    Asking asking(dies, token_, name);
    loop_.advance(milliseconds(100));
    bus_.cut(*dies.ear);
  }
  std::uint32_t used(Orchestrator& at) { return at.ledger->standing(token_, {"x", "y", ""}).used; }
  void settle() { loop_.advance(seconds(2)); }

  fakes::VirtualLoop loop_;
  FakeUseBus bus_{loop_};
  Orchestrator first_{loop_, bus_, "o1"};
  Orchestrator second_{loop_, bus_, "o2"};
  security::JoinClaims token_;
};

TEST_F(UseClaimsTest, TwoOrchestratorsLetInOneNameWithATokenOfOneUse) {
  auto told = both("web-1", "web-2");
  EXPECT_TRUE(told[0]) << "its claim came to the broker first";
  ASSERT_FALSE(told[1]);
  EXPECT_EQ(told[1].error().code, Errc::refused) << told[1].error().message;
  EXPECT_THAT(told[1].error().message, HasSubstr("spent"));
  settle();
  EXPECT_EQ(used(first_), 1U);
  EXPECT_EQ(used(second_), 1U);
  for (auto* at : {&first_, &second_}) {
    EXPECT_TRUE(ask(*at, "web-1")) << "whoever asks again is told the same";
    EXPECT_EQ(ask(*at, "web-2").error().code, Errc::refused);
  }
  Orchestrator later(loop_, bus_, "o3");
  EXPECT_EQ(used(later), 1U);
  EXPECT_TRUE(ask(later, "web-1"));
}

// Every orchestrator hears each announcement.
TEST_F(UseClaimsTest, BothLetInTheNameThatBothWereAskedFor) {
  for (const auto& told : both("web-1", "web-1")) EXPECT_TRUE(told);
  EXPECT_EQ(used(first_), 1U);
  settle();
  EXPECT_EQ(ask(first_, "web-2").error().code, Errc::refused);
}

// Whatever the latencies, as many names are let in as the token allows, neither more nor fewer.
TEST_F(UseClaimsTest, ManyAtOnceUseATokenUpAndNoMore) {
  token_.uses = 5;
  std::vector<std::unique_ptr<Asking>> asking;
  std::vector<std::string> names;
  for (int i = 0; i < 12; ++i) {
    names.push_back("web-" + std::to_string(i));
    asking.push_back(std::make_unique<Asking>(i % 2 == 0 ? first_ : second_, token_, names.back()));
    loop_.advance(milliseconds(i));
  }
  loop_.advance(std::chrono::minutes(2));
  std::size_t let_in = 0;
  for (auto& one : asking) {
    ASSERT_TRUE(one->ended());
    const auto told = one->take();
    if (told)
      ++let_in;
    else
      EXPECT_EQ(told.error().code, Errc::refused) << told.error().message;
  }
  EXPECT_EQ(let_in, 5U);
  EXPECT_EQ(used(first_), 5U);
  EXPECT_EQ(used(second_), 5U);
}

TEST_F(UseClaimsTest, WithoutAnEchoNobodyIsLetIn) {
  bus_.drops = true;
  const auto told = ask(first_, "web-1");
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code, Errc::unavailable);
  EXPECT_THAT(told.error().message, HasSubstr("did not come back"));
  EXPECT_EQ(used(first_), 0U);
  bus_.drops = false;
  EXPECT_TRUE(ask(first_, "web-1"));
}

TEST_F(UseClaimsTest, AnEchoThatIsTooLateLetsNobodyInAndTheNextAttemptDoes) {
  first_.ear->latency = kClaimHeardWithin + seconds(1);
  EXPECT_EQ(ask(first_, "web-1").error().code, Errc::unavailable);
  first_.ear->latency = milliseconds(20);
  loop_.advance(seconds(5));
  EXPECT_TRUE(ask(first_, "web-1"));
  settle();
  EXPECT_EQ(ask(second_, "web-2").error().code, Errc::refused);
}

TEST_F(UseClaimsTest, WhoLosesTheLinkMeanwhileReadsAnewAndAsksAgain) {
  Asking before(first_, token_, "web-1");
  loop_.advance(milliseconds(5));
  bus_.cut(*first_.ear);
  loop_.advance(milliseconds(0));
  ASSERT_TRUE(before.ended());
  EXPECT_EQ(before.take().error().code, Errc::unavailable);
  Asking during(first_, token_, "web-1");
  loop_.advance(seconds(5));
  EXPECT_FALSE(during.ended()) << "what others did meanwhile is not known";
  bus_.link(*first_.ear);
  settle();
  ASSERT_TRUE(during.ended());
  EXPECT_TRUE(during.take());
}

// Its claim counts, since it may have been let in; when it was not, another orchestrator decides anew.
TEST_F(UseClaimsTest, TheClaimOfADeadOrchestratorIsTakenOver) {
  claims_and_dies("web-1");
  Asking other(first_, token_, "web-2");
  loop_.advance(milliseconds(500));
  EXPECT_FALSE(other.ended());
  EXPECT_TRUE(ask(second_, "web-1"));
  settle();
  ASSERT_TRUE(other.ended());
  EXPECT_EQ(other.take().error().code, Errc::refused);
}

// A broker that died keeps both claims, and nobody heard which came first.
TEST_F(UseClaimsTest, TwoClaimsThatNobodyDecidedDoNotLockEachOtherOut) {
  Asking here(first_, token_, "web-1");
  Asking there(second_, token_, "web-2");
  loop_.advance(milliseconds(5));
  for (auto* at : {&first_, &second_}) bus_.cut(*at->ear);
  for (auto* at : {&first_, &second_}) bus_.link(*at->ear);
  loop_.advance(milliseconds(0));
  EXPECT_TRUE(here.ended() && there.ended());
  auto told = both("web-1", "web-2");
  EXPECT_EQ(std::count_if(told.begin(), told.end(), [](const Status& one) { return bool(one); }),
            1);
}

// It slept, as a machine that is suspended: others have taken its claim over since.
TEST_F(UseClaimsTest, AGrantThatIsWrittenTooLateIsNotSaid) {
  first_.host.disk_takes = kGrantSaidWithin + seconds(1);
  const auto told = ask(first_, "web-1");
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code, Errc::unavailable);
  EXPECT_TRUE(first_.host.disk.empty());
  EXPECT_EQ(used(second_), 0U);
}

// The other asked later, and its claim stands on the bus where the grant stood.
TEST_F(UseClaimsTest, AClaimInPlaceOfAGrantIsAnsweredWithTheGrant) {
  ASSERT_TRUE(ask(first_, "web-1"));
  settle();
  messages::TokenUse claim;
  claim.token_id = token_.id;
  claim.identity = "web-1";
  claim.key_fingerprint = "key of web-1";
  claim.expires_at_ms = token_.expires_at_ms;
  claim.stage = messages::UseStage::claimed;
  claim.claimed_by = "o9";
  bus_.publish(transport::topics::token_use("main", "t1", "web-1", "key of web-1"),
               "o9 signs " + claim.encode());
  settle();
  Orchestrator later(loop_, bus_, "o3");
  EXPECT_EQ(used(later), 1U);
}

TEST_F(UseClaimsTest, WhoStartsAnewWithAClaimOfItsOwnDecidesItAnew) {
  {
    Orchestrator before(loop_, bus_, "before");
    before.host.disk_takes = seconds(5);
    Asking asking(before, token_, "web-1");
    loop_.advance(seconds(1));
    bus_.cut(*before.ear);
  }
  Orchestrator after(loop_, bus_, "after");
  EXPECT_EQ(used(after), 0U) << "it was let in by nobody";
  EXPECT_TRUE(ask(after, "web-1"));
  settle();
  EXPECT_EQ(ask(first_, "web-2").error().code, Errc::refused);
}

// The machine never comes back, or with another key: the use was held for as long as the token lives.
TEST_F(UseClaimsTest, AClaimThatNobodyCanGrantAnyMoreHoldsNoUse) {
  claims_and_dies("web-1");
  EXPECT_EQ(ask(first_, "web-2").error().code, Errc::unavailable) << "it may be granted yet";
  loop_.advance(kClaimEnds);
  EXPECT_TRUE(ask(first_, "web-2"));
  settle();
  Orchestrator later(loop_, bus_, "o3");
  EXPECT_EQ(ask(later, "web-3").error().code, Errc::refused);
}

TEST_F(UseClaimsTest, AClaimThatNobodyCanGrantHoldsNoUseAgainstAnotherKeyOfItsNameEither) {
  claims_and_dies("web-1");
  EXPECT_EQ(ask(second_, "web-1", "a new key").error().code, Errc::unavailable);
  loop_.advance(kClaimEnds);
  EXPECT_TRUE(ask(second_, "web-1", "a new key"));
}

TEST_F(UseClaimsTest, WhoStartsAfterwardsDoesNotCountAClaimThatWasEnded) {
  token_.uses = 2;
  claims_and_dies("web-1");
  loop_.advance(kClaimEnds);
  EXPECT_TRUE(ask(first_, "web-2"));
  settle();
  Orchestrator later(loop_, bus_, "o3");
  EXPECT_TRUE(ask(later, "web-3"));
}

// Each new link brings what stands on the bus once more.
TEST_F(UseClaimsTest, AClaimIsNoYoungerForBeingHeardAnew) {
  claims_and_dies("web-1");
  loop_.advance(kClaimEnds - seconds(30));
  bus_.cut(*first_.ear);
  bus_.link(*first_.ear);
  loop_.advance(seconds(30));
  EXPECT_TRUE(ask(first_, "web-2"));
}

// Two machines of one image have one name, and a token of one use.
TEST_F(UseClaimsTest, OfTwoKeysOfOneNameOneIsLetInAndTheOtherIsJudgedAnew) {
  Asking here(first_, token_, "web-1", "k1");
  Asking there(second_, token_, "web-1", "k2");
  loop_.advance_until([&] { return here.ended() && there.ended(); }, std::chrono::minutes(2));
  ASSERT_TRUE(here.ended() && there.ended());
  EXPECT_TRUE(here.take()) << "its claim came to the broker first";
  const auto told = there.take();
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code, Errc::unavailable) << told.error().message;
  EXPECT_THAT(told.error().message, HasSubstr("another key"));
}

TEST_F(UseClaimsTest, AlsoWhereTheTokenHasUsesForBothKeys) {
  token_.uses = 9;
  Asking here(first_, token_, "web-1", "k1");
  Asking there(second_, token_, "web-1", "k2");
  loop_.advance_until([&] { return here.ended() && there.ended(); }, std::chrono::minutes(2));
  ASSERT_TRUE(here.ended() && there.ended());
  EXPECT_NE(here.take().has_value(), there.take().has_value());
}

TEST_F(UseClaimsTest, ClaimsAreWaitedForSideBySide) {
  token_.uses = 1'000;
  std::vector<std::unique_ptr<Asking>> asking;
  for (int i = 0; i < 1'000; ++i)
    asking.push_back(std::make_unique<Asking>(first_, token_, "web-" + std::to_string(i)));
  loop_.advance(milliseconds(100));
  for (auto& one : asking) {
    ASSERT_TRUE(one->ended());
    EXPECT_TRUE(one->take());
  }
}

}  // namespace
}  // namespace muster::provision
