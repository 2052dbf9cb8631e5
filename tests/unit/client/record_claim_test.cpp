#include "orchestrator/client/record_claim.hpp"

#include <gtest/gtest.h>

namespace muster::client {
namespace {

Record written(std::int64_t began_at_ms, std::int64_t fence, std::int64_t at_ms) {
  Record record;
  record.started_at_ms = began_at_ms;
  record.fence = fence;
  record.updated_at_ms = at_ms;
  return record;
}

TEST(RecordOrderTest, ALaterRunIsNewerThenALaterLeaseThenALaterWord) {
  EXPECT_LT(rank_of(written(1, 40, 90)), rank_of(written(2, 1, 10))) << "installed anew";
  EXPECT_LT(rank_of(written(1, 3, 90)), rank_of(written(1, 4, 10))) << "whatever the clock says";
  EXPECT_LT(rank_of(written(1, 3, 10)), rank_of(written(1, 3, 11)));
  EXPECT_EQ(rank_of(written(1, 3, 10)), rank_of(written(1, 3, 10)));
}

TEST(RecordOrderTest, WhatFollowsUnderTheSameLeaseIsNewerWhateverTheClockSays) {
  auto next = written(1, 3, 10);
  EXPECT_TRUE(follow(next, written(1, 3, 90)));
  EXPECT_EQ(next.updated_at_ms, 91);
  EXPECT_TRUE(follow(next, written(1, 3, 20)));
  EXPECT_EQ(next.updated_at_ms, 91) << "a later word stays as it is";
}

TEST(RecordOrderTest, NothingFollowsALaterLeaseOrRun) {
  auto next = written(1, 3, 90);
  EXPECT_FALSE(follow(next, written(1, 4, 10)));
  EXPECT_FALSE(follow(next, written(2, 1, 10)));
  EXPECT_EQ(next.updated_at_ms, 90);
  EXPECT_TRUE(follow(next, written(1, 2, 99)));
}

}  // namespace
}  // namespace muster::client
