#include "tests/swarm/links/descriptors.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>

namespace muster::swarm {
namespace {

TEST(DescriptorsTest, TheLimitIsRaisedToTheMostThatThisProcessMayHave) {
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  ASSERT_TRUE(make_room_for(1));
  rlimit now{};
  ::getrlimit(RLIMIT_NOFILE, &now);
  EXPECT_EQ(now.rlim_cur, before.rlim_max);
}

TEST(DescriptorsTest, WhatDoesNotFitIsSaidWithWhatToDo) {
  const auto room = make_room_for(100'000'000);
  ASSERT_FALSE(room);
  EXPECT_EQ(room.error().code, Errc::limit);
  EXPECT_THAT(room.error().message, testing::HasSubstr("ulimit -Hn"));
}

}  // namespace
}  // namespace muster::swarm
