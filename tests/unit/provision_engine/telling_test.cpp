// What people are told until it stands in the outbox, and that the record says so.
#include "orchestrator/provision/telling.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes/logged.hpp"
#include "tests/unit/provision_engine/fake_collective.hpp"
#include "tests/unit/provision_engine/fake_world.hpp"

namespace muster::provision {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using namespace std::chrono_literals;

class TellingTest : public testing::Test {
 protected:
  TellingTest() {
    telling_.on_end([this] { ++ends_; });
  }
  client::Record& failed(const std::string& identity) {
    auto& record = collective_.records[identity];
    record.identity = identity;
    record.run_id = "r1";
    record.state = "failed";
    return record;
  }
  void outbox_is_full() { world_.told_people = fail(Errc::io, "no space left on device"); }
  void outbox_has_room() { world_.told_people = Status(); }

  FakeWorld world_;
  FakeCollective collective_;
  Telling telling_{world_, collective_, world_.loop.clock()};
  int ends_ = 0;
};

TEST_F(TellingTest, WhatWasToldStandsInTheRecord) {
  telling_.tell(failed("web1"));
  world_.loop.run_due();
  EXPECT_THAT(world_.notified, SizeIs(1));
  EXPECT_TRUE(collective_.records["web1"].told);
  EXPECT_TRUE(telling_.idle());
  EXPECT_EQ(ends_, 1);
}

TEST_F(TellingTest, WhatBecameOfTheNodeMeanwhileStays) {
  outbox_is_full();
  telling_.tell(failed("web1"));
  auto& since = collective_.records["web1"];
  since.run_id = "r2";
  since.reason = "another run";
  outbox_has_room();
  world_.loop.advance(kToldAgainMost);
  EXPECT_TRUE(telling_.idle());
  EXPECT_FALSE(collective_.records["web1"].told) << "of that nobody was told";
  EXPECT_EQ(collective_.records["web1"].reason, "another run");
}

TEST_F(TellingTest, WhatIsBeingToldIsNotToldASecondTime) {
  outbox_is_full();
  telling_.tell(failed("web1"));
  telling_.tell(failed("web1"));
  world_.loop.run_due();
  EXPECT_THAT(world_.notified, SizeIs(1));
  telling_.tell(failed("web2"));
  world_.loop.run_due();
  EXPECT_THAT(world_.notified, SizeIs(2)) << "each node by itself";
}

TEST_F(TellingTest, AFullOutboxIsTriedAgainUntilItHasRoom) {
  outbox_is_full();
  telling_.tell(failed("web1"));
  world_.loop.run_due();
  EXPECT_FALSE(telling_.idle());
  world_.loop.advance(kToldAgainMost);
  EXPECT_GT(world_.notified.size(), 1U);
  EXPECT_FALSE(collective_.records["web1"].told);
  outbox_has_room();
  world_.loop.advance(kToldAgainMost);
  EXPECT_TRUE(collective_.records["web1"].told);
  EXPECT_TRUE(telling_.idle());
}

TEST_F(TellingTest, WhatAnotherHasToldMeanwhileIsNotToldAgain) {
  outbox_is_full();
  telling_.tell(failed("web1"));
  world_.loop.run_due();
  collective_.records["web1"].told = true;
  outbox_has_room();
  world_.loop.advance(kToldAgainMost);
  EXPECT_THAT(world_.notified, SizeIs(1));
  EXPECT_TRUE(telling_.idle());
}

TEST_F(TellingTest, AfterAnHourItIsGivenUpWithALineInTheLog) {
  outbox_is_full();
  telling_.tell(failed("web1"));
  world_.loop.advance(kToldWithin - kToldAgainMost);
  EXPECT_EQ(ends_, 0);
  const auto log = fakes::logged([this] { world_.loop.advance(2 * kToldAgainMost); });
  EXPECT_EQ(ends_, 1);
  EXPECT_THAT(log, HasSubstr("cannot write the notification"));
  EXPECT_THAT(log, HasSubstr("no space left on device"));
  EXPECT_FALSE(collective_.records["web1"].told) << "others look for that";
}

TEST_F(TellingTest, WhoStopsTriesNoMore) {
  outbox_is_full();
  telling_.tell(failed("web1"));
  world_.loop.run_due();
  world_.waits.stop();
  world_.loop.advance(1h);
  EXPECT_THAT(world_.notified, SizeIs(1));
  EXPECT_TRUE(telling_.idle());
}

}  // namespace
}  // namespace muster::provision
