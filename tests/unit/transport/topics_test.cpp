#include "proto/transport/topics.hpp"

#include <gtest/gtest.h>

namespace muster::transport::topics {
namespace {

TEST(TopicsTest, TheWriterOfATopicIsWhomTheBrokerTiesItTo) {
  EXPECT_EQ(writer(presence("main", "n1")), "n1");
  EXPECT_EQ(writer(event("main", "job", "n1")), "n1");
  EXPECT_EQ(writer(reply_prefix("main", "alice", "s1") + "/n1"), "n1");
  EXPECT_EQ(writer(join_announce("c1")), "c1");
  EXPECT_EQ(writer(join_up("c1")), "c1");
  EXPECT_EQ(writer("muster/v1/join"), "");
}

}  // namespace
}  // namespace muster::transport::topics
