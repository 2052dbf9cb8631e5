#include "orchestrator/registry/registry_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/unit/registry/registry_lab.hpp"

namespace muster::registry {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Names = std::vector<std::string>;

class RegistryStoreTest : public testing::Test {
 protected:
  void open(StoreLimits limits = {}) {
    store_.reset();
    auto opened = RegistryStore::open(folder_ / "registry.db", limits, clock_);
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }
  Names names(const std::string& collective = "main", const std::string& after = "",
              std::chrono::seconds max_age = 0s) {
    Names out;
    EXPECT_TRUE(store_->each(collective, after, max_age, [&](const Stored& stored) {
      out.push_back(stored.identity);
      return true;
    }));
    return out;
  }
  void put(const NodeSays& node) {
    const auto status = store_->put(registered(node));
    EXPECT_TRUE(status) << status.error().message;
  }

  fakes::TempFolder folder_;
  fakes::FakeClock clock_;
  std::unique_ptr<RegistryStore> store_;
};

TEST_F(RegistryStoreTest, KeepsWhatANodeSaidLast) {
  open();
  put({.identity = "n1", .facts = {{"country", "de"}}});
  put({.identity = "n1", .facts = {{"country", "fr"}}, .sent_at_ms = 2});
  std::string body;
  std::int64_t seen_ms = 0;
  EXPECT_TRUE(store_->each("main", "", 0s, [&](const Stored& stored) {
    body = stored.body;
    seen_ms = stored.seen_ms;
    return true;
  }));
  EXPECT_EQ(body,
            wire_of({.identity = "n1", .facts = {{"country", "fr"}}, .sent_at_ms = 2}).encode());
  EXPECT_EQ(seen_ms, clock_.unix_ms());
  EXPECT_EQ(store_->nodes(), 1U);
}

TEST_F(RegistryStoreTest, ARepeatedOldMessageReplacesNothing) {
  open();
  put({.identity = "n1", .sent_at_ms = 7});
  const auto old = store_->put(registered({.identity = "n1", .sent_at_ms = 6}));
  ASSERT_FALSE(old);
  EXPECT_EQ(old.error().code, Errc::expired);
}

TEST_F(RegistryStoreTest, AClockThatWasAheadSilencesNoNode) {
  open();
  put({.identity = "n1", .sent_at_ms = clock_.unix_ms() + 86'400'000});
  put({.identity = "n1", .sent_at_ms = clock_.unix_ms()});
}

TEST_F(RegistryStoreTest, ARepeatedMessageKeepsNoDeadNodeFresh) {
  open();
  for (const auto sent_at_ms : {clock_.unix_ms(), clock_.unix_ms() + 86'400'000}) {
    const NodeSays last{.identity = "n1", .sent_at_ms = sent_at_ms};
    put(last);
    clock_.advance(600s);
    const auto again = store_->put(registered(last));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, Errc::expired);
    EXPECT_THAT(names("main", "", 300s), IsEmpty());
  }
}

TEST_F(RegistryStoreTest, GivesTheNodesOfACollectiveInOrderBehindAName) {
  open();
  for (const auto* name : {"n3", "n1", "n2"}) put({.identity = name});
  put({.identity = "n4", .collectives = {"main", "lab"}});
  put({.identity = "n5", .collectives = {"laboratory"}});
  EXPECT_THAT(names(), ElementsAre("n1", "n2", "n3", "n4"));
  EXPECT_THAT(names("main", "n2"), ElementsAre("n3", "n4"));
  EXPECT_THAT(names("lab"), ElementsAre("n4")) << "and not those of a longer name";
}

TEST_F(RegistryStoreTest, ANodeIsFreshForThreeOfItsIntervals) {
  open();
  put({.identity = "often", .interval_s = 100});
  put({.identity = "seldom", .interval_s = 1'000});
  clock_.advance(300s + kFreshGrace);
  EXPECT_THAT(names(), ElementsAre("often", "seldom"));
  clock_.advance(1s);
  EXPECT_THAT(names(), ElementsAre("seldom"));
  EXPECT_THAT(names("main", "", 3'600s), ElementsAre("often", "seldom")) << "as the asker wishes";
  EXPECT_THAT(names("main", "", 10s), IsEmpty());
  EXPECT_EQ(store_->overview("main", 0s)->known, 1U);
}

TEST_F(RegistryStoreTest, ForgetsWhatIsTooOld) {
  open({.keep = 3'600s});
  put({.identity = "n1"});
  clock_.advance(3'601s);
  put({.identity = "n2", .sent_at_ms = 2});
  ASSERT_TRUE(store_->tidy());
  EXPECT_EQ(store_->nodes(), 1U);
  EXPECT_THAT(names("main", "", 100'000s), ElementsAre("n2"));
}

TEST_F(RegistryStoreTest, SaysWhichLimitIsReachedAndStillTakesKnownNodes) {
  open({.nodes = 1});
  put({.identity = "n1"});
  const auto second = store_->put(registered({.identity = "n2"}));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::limit);
  EXPECT_THAT(second.error().message, HasSubstr("registry.nodes_max"));
  put({.identity = "n1", .sent_at_ms = 2});
}

TEST_F(RegistryStoreTest, HoldsNoMoreBytesThanItMay) {
  open({.bytes = 3'000});
  put({.identity = "n1", .facts = {{"motd", std::string(2'000, 'x')}}});
  put({.identity = "n1", .facts = {{"motd", std::string(2'500, 'x')}}, .sent_at_ms = 2});
  const auto second =
      store_->put(registered({.identity = "n2", .facts = {{"motd", std::string(600, 'x')}}}));
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("registry.max_mb"));
  auto larger = registered({.identity = "n3"});
  larger.body.assign(messages::kRegistrationMaxBytes + 1, 'x');
  const auto huge = store_->put(larger);
  ASSERT_FALSE(huge);
  EXPECT_EQ(huge.error().code, Errc::limit);
}

TEST_F(RegistryStoreTest, HasHeardAllOnceEveryNodeMustHaveSpoken) {
  open();
  put({.identity = "n1", .interval_s = 600});
  EXPECT_FALSE(store_->overview("main", 0s)->heard_all);
  clock_.advance(600s + kFreshGrace);
  put({.identity = "n1", .sent_at_ms = 2, .interval_s = 600});
  EXPECT_TRUE(store_->overview("main", 0s)->heard_all);
}

TEST_F(RegistryStoreTest, ARestartKeepsThatAllWereHeardALongSilenceDoesNot) {
  open();
  put({.identity = "n1", .interval_s = 60});
  clock_.advance(200s);
  ASSERT_TRUE(store_->tidy());
  clock_.advance(kDeafAfter);
  open();
  EXPECT_THAT(names("main", "", 3'600s), ElementsAre("n1"));
  EXPECT_TRUE(store_->overview("main", 3'600s)->heard_all);
  clock_.advance(kDeafAfter + 1s);
  open();
  EXPECT_FALSE(store_->overview("main", 3'600s)->heard_all);
}

TEST_F(RegistryStoreTest, AfterMissedRegistrationsNotAllAreHeardUntilNodesRegisterAnew) {
  open();
  put({.identity = "n1", .interval_s = 60});
  clock_.advance(200s);
  ASSERT_TRUE(store_->overview("main", 3'600s)->heard_all);
  ASSERT_TRUE(store_->listen_anew());
  EXPECT_FALSE(store_->overview("main", 3'600s)->heard_all);
  open();
  EXPECT_FALSE(store_->overview("main", 3'600s)->heard_all) << "a restart does not mend it";
  clock_.advance(60s + kFreshGrace);
  EXPECT_TRUE(store_->overview("main", 3'600s)->heard_all);
}

}  // namespace
}  // namespace muster::registry
