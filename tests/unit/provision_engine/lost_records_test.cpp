#include "orchestrator/provision/lost_records.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "orchestrator/provision/our_turn.hpp"
#include "tests/unit/provision_engine/fake_collective.hpp"
#include "tests/unit/provision_engine/fake_world.hpp"

namespace muster::provision {
namespace {

// In a broker without memory, and with orchestrators that knew nothing of the node any more, it had no record for ever.
class LostRecordsTest : public testing::Test {
 protected:
  LostRecords made(const std::string& as) {
    return LostRecords({collective_, world_, world_.waits, as,
                        [this](std::string identity) { return remember(std::move(identity)); }});
  }
  loop::Task<std::optional<client::Record>> remember(std::string identity) {
    const auto at = remembered_.find(identity);
    co_return at == remembered_.end() ? std::nullopt : std::optional(at->second);
  }
  // A member that was provisioned in the run "r".
  void is_online(const std::string& identity, const std::string& state) {
    collective_.members[identity] = {{"provision", state}};
    world_.absent = {"m1"};  // its CA is trusted
    Progress told{"puppet",
                  "ab12",
                  {"claim", "notify"},
                  "m1",
                  "r",
                  7,
                  world_.unix_ms() - 500,
                  world_.unix_ms() - 9'000,
                  3,
                  1,
                  is_untold_};
    if (state == "failed") told.finished.erase("notify");
    world_.on("provision#status", [=, now_ms = world_.unix_ms()](const Value&) {
      return Value{{"state", state},
                   {"fence", 8},
                   {"error", state == "failed" ? "no puppet" : ""},
                   {"finished_at_ms", state == "finished" ? now_ms : 0},
                   {"progress", told.to_value()}};
    });
  }
  client::Record& remembers(const std::string& identity, const std::string& state,
                            const std::string& run) {
    auto& record = remembered_[identity];
    record.identity = identity;
    record.state = state;
    record.run_id = run;
    record.orchestrator = "orch9";
    record.key_fingerprint = "k1";
    record.ca_fingerprint = "ca1";
    record.started_at_ms = record.updated_at_ms = world_.unix_ms() - 100;
    return record;
  }
  void rebuilds(LostRecords& lost) {
    world_.loop.advance(kLostAfter);
    lost.rebuild();
    world_.loop.advance(2 * kTurnsTake + std::chrono::seconds(1));
  }
  void loses(const std::string& identity) {
    lost_.look_at(identity);
    rebuilds(lost_);
  }
  bool knows(const std::string& identity) { return collective_.records.contains(identity); }
  std::size_t asked() { return world_.count("web1 provision#status"); }

  FakeWorld world_;
  FakeCollective collective_;
  std::map<std::string, client::Record> remembered_;
  bool is_untold_ = false;  // as the node was told
  LostRecords lost_ = made("orch1");
};

TEST_F(LostRecordsTest, AFinishedMemberWithoutARecordHasOneAgainAsItKnowsItsRun) {
  is_online("web1", "finished");
  const auto began_at_ms = world_.unix_ms() - 9'000;
  const auto last_told_ms = world_.unix_ms() - 500;
  loses("web1");
  ASSERT_TRUE(knows("web1"));
  const auto& record = collective_.records["web1"];
  EXPECT_EQ(record.state, "finished");
  EXPECT_EQ(record.run_id, "r");
  EXPECT_EQ(record.workflow, "puppet");
  EXPECT_EQ(record.workflow_hash, "ab12");
  EXPECT_EQ(record.master, "m1");
  EXPECT_EQ(record.finished, (std::set<std::string>{"claim", "notify"}));
  EXPECT_EQ(record.fence, 8);
  EXPECT_EQ(record.attempts, 3U);
  EXPECT_EQ(record.retries, 1U);
  EXPECT_EQ(record.orchestrator, "orch1");
  EXPECT_EQ(record.started_at_ms, began_at_ms);
  EXPECT_EQ(record.updated_at_ms, last_told_ms + 1) << "what was written of the end is newer";
}

// Whoever was to tell people had a full disk and died, and the broker forgot: a node in production was told to nobody.
TEST_F(LostRecordsTest, ThatPeopleAreNotToldOfItYetTheNodeKnows) {
  is_online("web1", "finished");
  loses("web1");
  EXPECT_FALSE(collective_.records["web1"].untold);
  collective_.records.clear();
  is_untold_ = true;
  is_online("web1", "finished");
  loses("web1");
  EXPECT_TRUE(collective_.records["web1"].untold);
}

TEST_F(LostRecordsTest, WhoFailedWaitsForAPersonAgainAndKeepsTheIdThatPeopleWereTold) {
  is_online("web1", "failed");
  loses("web1");
  EXPECT_EQ(collective_.records["web1"].state, "failed");
  EXPECT_EQ(collective_.records["web1"].reason, "no puppet");
  EXPECT_EQ(collective_.records["web1"].run_id, "r");
  EXPECT_EQ(collective_.records["web1"].attempts, 3U);
  EXPECT_EQ(collective_.records["web1"].finished_at_ms, 0);
}

TEST_F(LostRecordsTest, WhatIsRememberedOfThatRunIsTheRecord) {
  is_online("web1", "finished");
  remembers("web1", "finished", "r");
  loses("web1");
  EXPECT_EQ(collective_.records["web1"].orchestrator, "orch9");
  EXPECT_EQ(collective_.records["web1"].ca_fingerprint, "ca1");
}

TEST_F(LostRecordsTest, WhatIsRememberedOfAnotherRunIsNot) {
  is_online("web1", "finished");
  remembers("web1", "finished", "an earlier one");
  loses("web1");
  EXPECT_EQ(collective_.records["web1"].run_id, "r");
  EXPECT_EQ(collective_.records["web1"].ca_fingerprint, "") << "perhaps it was another machine";
}

TEST_F(LostRecordsTest, HowTheRunEndedTheNodeKnowsBest) {
  is_online("web1", "finished");
  remembers("web1", "failed", "r").reason = "it did not answer";
  loses("web1");
  EXPECT_EQ(collective_.records["web1"].state, "finished");
  EXPECT_EQ(collective_.records["web1"].reason, "");
  EXPECT_EQ(collective_.records["web1"].ca_fingerprint, "ca1");
}

TEST_F(LostRecordsTest, WhoIsAwayHasTheRecordThatIsRemembered) {
  remembers("web1", "failed", "r0").told = true;
  lost_.is_remembered("web1");
  rebuilds(lost_);
  ASSERT_TRUE(knows("web1"));
  EXPECT_TRUE(collective_.records["web1"].told);
  EXPECT_EQ(asked(), 0U);
}

TEST_F(LostRecordsTest, WhoHasARecordOrIsForgottenOrOnItsWayHasLostNone) {
  is_online("web1", "finished");
  for (const auto* node : {"web2", "web3", "web4"})
    collective_.members[node] = {{"provision", "finished"}};
  collective_.members["web4"] = {{"provision", "claimed"}};
  collective_.records["web2"].state = "running";
  collective_.forgotten["web3"].state = client::kForgotten;
  remembers("web4", "finished", "r0");
  lost_.is_remembered("web4");
  for (const auto* node : {"web2", "web3", "web4"}) lost_.look_at(node);
  rebuilds(lost_);
  EXPECT_EQ(collective_.records.size(), 1U);
  EXPECT_TRUE(world_.calls.empty());
}

TEST_F(LostRecordsTest, WhoeverHasItIsLeftTheTimeToPutItBack) {
  is_online("web1", "finished");
  lost_.look_at("web1");
  lost_.rebuild();
  world_.loop.advance(kLostAfter - std::chrono::seconds(1));
  lost_.rebuild();
  collective_.records["web1"].orchestrator = "orch2";
  rebuilds(lost_);
  EXPECT_EQ(asked(), 0U);
}

TEST_F(LostRecordsTest, OneOrchestratorRebuildsItAndThatIsOneWhoRemembers) {
  auto forgetful = LostRecords({collective_, world_, world_.waits, "orch2", {}});
  is_online("web1", "finished");
  remembers("web1", "finished", "r");
  forgetful.look_at("web1");
  lost_.look_at("web1");
  world_.loop.advance(kLostAfter);
  forgetful.rebuild();
  lost_.rebuild();
  world_.loop.advance(2 * kTurnsTake + std::chrono::seconds(1));
  EXPECT_EQ(asked(), 1U);
  EXPECT_EQ(collective_.records["web1"].orchestrator, "orch9");
}

TEST_F(LostRecordsTest, WhoDoesNotAnswerIsAskedAgain) {
  is_online("web1", "finished");
  world_.silent = {"provision#status"};
  lost_.look_at("web1");
  rebuilds(lost_);
  world_.loop.advance(std::chrono::seconds(5));
  EXPECT_FALSE(knows("web1"));
  EXPECT_TRUE(lost_.idle());
  world_.silent.clear();
  rebuilds(lost_);
  EXPECT_TRUE(knows("web1"));
}

TEST_F(LostRecordsTest, WhatANodeMakesUpOfItselfHasTheLimitsOfRecords) {
  is_online("web1", "failed");
  world_.absent.clear();
  const Progress told{"puppet", "ab12", {}, "evil", "r", 7, world_.unix_ms() - 500};
  world_.on("provision#status", [=](const Value&) {
    return Value{{"state", "failed"},
                 {"fence", std::numeric_limits<std::int64_t>::max()},
                 {"error", std::string(100'000, 'x')},
                 {"progress", told.to_value()}};
  });
  loses("web1");
  ASSERT_TRUE(knows("web1"));
  const auto& record = collective_.records["web1"];
  EXPECT_EQ(record.reason, std::string(1024, 'x'));
  EXPECT_LE(record.fence, world_.unix_ms());
  EXPECT_EQ(record.master, "") << "no trusted CA is that master's";
}

TEST_F(LostRecordsTest, AClockOfANodeThatIsAheadMakesNoRecordOfTomorrow) {
  is_online("web1", "finished");
  Progress told{"puppet", "ab12", {}, "m1", "r", 7, world_.unix_ms() + 90'000'000};
  world_.on("provision#status", [=](const Value&) {
    return Value{
        {"state", "finished"}, {"finished_at_ms", told.at_ms}, {"progress", told.to_value()}};
  });
  loses("web1");
  EXPECT_LE(collective_.records["web1"].started_at_ms, world_.unix_ms());
  EXPECT_LE(collective_.records["web1"].updated_at_ms, world_.unix_ms());
  EXPECT_LE(collective_.records["web1"].finished_at_ms, world_.unix_ms());
}

}  // namespace
}  // namespace muster::provision
