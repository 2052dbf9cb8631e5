// What the records tell of nodes that wait because as many are in flight as may be.
#include "orchestrator/provision/turn_notes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/virtual_loop/virtual_loop.hpp"
#include "tests/unit/provision_engine/fake_collective.hpp"

namespace muster::provision {
namespace {

using namespace std::chrono_literals;

class TurnNotesTest : public testing::Test {
 protected:
  KnownNode& due_now(const std::string& identity) {
    auto* node = nodes_.make(identity);
    nodes_.set_due(identity, loop_.clock().steady());
    return *node;
  }
  client::Record& known(const std::string& identity, const std::string& state) {
    auto& record = collective_.records[identity];
    record.identity = identity;
    record.state = state;
    record.orchestrator = "orch2";
    return record;
  }
  void wait(std::chrono::milliseconds time = kToldAfter) {
    notes_.someone_waits();
    loop_.advance(time);
  }
  std::string state_of(const std::string& identity) const {
    const auto record = collective_.record(identity);
    return record ? record->state : "";
  }

  fakes::VirtualLoop loop_;
  FakeCollective collective_;
  KnownNodes nodes_{1s, 1min};
  TurnNotes notes_{TurnNotes::Parts{.collective = collective_,
                                    .nodes = nodes_,
                                    .timers = loop_,
                                    .workflow = "default",
                                    .as = "orch1"}};
};

TEST_F(TurnNotesTest, WhoWaitsForAWhileIsToldWithAllThatIsKnownOfIt) {
  auto& node = due_now("web1");
  node.joined_with = "a key";
  node.address = "192.0.2.7";
  wait(kToldAfter - 1ms);
  EXPECT_FALSE(collective_.record("web1")) << "a place that comes sooner is not worth a record";
  loop_.advance(1ms);
  const auto record = collective_.record("web1");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->state, "waiting");
  EXPECT_EQ(record->workflow, "default");
  EXPECT_EQ(record->orchestrator, "orch1");
  EXPECT_EQ(record->queued_at_ms, loop_.clock().unix_ms());
  EXPECT_EQ(record->key_fingerprint, "a key");
  EXPECT_EQ(record->address, "192.0.2.7");
}

TEST_F(TurnNotesTest, ItIsToldOnce) {
  due_now("web1");
  wait();
  collective_.records.clear();
  wait(10 * kToldAfter);
  EXPECT_FALSE(collective_.record("web1"));
}

TEST_F(TurnNotesTest, WhoComesLaterIsToldWithoutAnotherWord) {
  due_now("web1");
  wait(kToldAfter - 1ms);
  due_now("web2");
  loop_.advance(1ms);
  EXPECT_EQ(state_of("web1"), "waiting");
  EXPECT_EQ(state_of("web2"), "");
  loop_.advance(kToldAfter);
  EXPECT_EQ(state_of("web2"), "waiting");
}

TEST_F(TurnNotesTest, MoreThanTheBusShouldHearAtOnceAreToldOneAfterTheOther) {
  for (std::size_t i = 0; i < kToldAtOnceMax + 1; ++i) due_now("web" + std::to_string(i));
  wait();
  EXPECT_EQ(collective_.records.size(), kToldAtOnceMax);
  loop_.advance(kToldAfter);
  EXPECT_EQ(collective_.records.size(), kToldAtOnceMax + 1);
}

TEST_F(TurnNotesTest, WhatARunOrAPersonHasToDoWithIsNotWrittenOver) {
  for (const auto* state : {"running", "failed", "finished"}) {
    known(state, state);
    due_now(state);
  }
  known("web1", "waiting").claim = messages::NameClaim{"another key", "192.0.2.9", 1};
  due_now("web1");
  wait();
  for (const auto* state : {"running", "failed", "finished"}) EXPECT_EQ(state_of(state), state);
  EXPECT_EQ(collective_.record("web1")->orchestrator, "orch2") << "a machine asks for its name";
}

TEST_F(TurnNotesTest, WhoWasRefusedBeforeWaitsNowForAnotherReason) {
  auto& record = known("web1", "refused");
  record.reason = "the token is over";
  record.master_queued_at_ms = 5;
  record.run_id = "r1";
  record.workflow = "of-its-run";
  due_now("web1");
  wait();
  const auto told = *collective_.record("web1");
  EXPECT_EQ(told.state, "waiting");
  EXPECT_EQ(told.reason, "");
  EXPECT_EQ(told.master_queued_at_ms, 0);
  EXPECT_EQ(told.workflow, "of-its-run") << "that it goes on in";
}

TEST_F(TurnNotesTest, WhoWasForgottenBeginsAfterThat) {
  client::Record before;
  before.identity = "web1";
  before.started_at_ms = 77;
  before.fence = 9;
  const auto forgotten = client::forgotten(before, "orch2", 78);
  collective_.forgotten["web1"] = forgotten;
  due_now("web1");
  wait();
  const auto told = collective_.record("web1");
  ASSERT_TRUE(told);
  EXPECT_EQ(told->started_at_ms, forgotten.started_at_ms);
  EXPECT_EQ(told->fence, forgotten.fence);
}

}  // namespace
}  // namespace muster::provision
