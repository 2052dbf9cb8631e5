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
  EXPECT_EQ(writer(token_use("main", "t1", "n1", "k1")),
            writer(token_use("main", "t2", "n2", "k2")));
}

TEST(TopicsTest, WhatATopicBelowTrustIsAbout) {
  EXPECT_EQ(trust_kind(trusted_ca("main", "00")), "ca");
  EXPECT_EQ(trust_kind(revocations("main", "00")), "revoked");
  EXPECT_EQ(trust_kind(ban("main", "n1")), "banned");
  EXPECT_EQ(trust_kind(revocation_piece("main", "m1", "00")), "crl");
  EXPECT_EQ(trust_kind(presence("main", "n1")), "");
  EXPECT_EQ(trust_kind("muster/v1/main/trust"), "");
}

}  // namespace
}  // namespace muster::transport::topics
