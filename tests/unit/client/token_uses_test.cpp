#include "orchestrator/client/token_uses.hpp"

#include <gtest/gtest.h>

#include "proto/messages/token_use.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::client {
namespace {

class TokenUsesTest : public testing::Test {
 protected:
  // As its signer retains it.
  void use(Link& signer, const std::string& token, const std::string& node) {
    messages::TokenUse wire;
    wire.token_id = token;
    wire.identity = node;
    retain(signer, transport::topics::token_use("main", token, node, "key"),
           envelope::Kind::token_use, wire.encode());
  }
  void revoke(Link& signer, const std::string& token) {
    messages::TokenRevocation wire;
    wire.token_id = token;
    wire.by = "alice";
    wire.at_ms = 1'700'000'000'000;
    retain(signer, transport::topics::token_revocation("main", token),
           envelope::Kind::token_revocation, wire.encode());
  }
  void retain(Link& signer, const std::string& topic, envelope::Kind kind,
              const std::string& body) {
    must(signer.bus().publish(topic, signer.signer().seal(kind, body).value(), {.retain = true}));
  }

  ClientLab lab_;
};

TEST_F(TokenUsesTest, NamesAreCountedAndRevocationsSeenOfTheTokensThatWereAskedFor) {
  auto& orchestrator = lab_.orchestrator();
  use(orchestrator, "t1", "n1");
  use(orchestrator, "t1", "n2");
  use(orchestrator, "t3", "n3");
  revoke(orchestrator, "t2");
  auto uses = token_uses(lab_.link(), {"t1", "t2"});
  ASSERT_TRUE(uses) << uses.error().message;
  EXPECT_EQ((*uses)["t1"].names, 2U);
  EXPECT_FALSE((*uses)["t1"].revoked);
  EXPECT_TRUE((*uses)["t2"].revoked);
  EXPECT_EQ((*uses)["t2"].revoked_by, "alice");
  EXPECT_EQ((*uses)["t2"].revoked_at_ms, 1'700'000'000'000);
  EXPECT_FALSE(uses->contains("t3"));
}

TEST_F(TokenUsesTest, WhoWasNotLetInHasNotUsedIt) {
  for (const auto stage : {messages::UseStage::claimed, messages::UseStage::withdrawn}) {
    messages::TokenUse wire;
    wire.token_id = "t1";
    wire.identity = "n1";
    wire.stage = stage;
    wire.claimed_by = "session";
    retain(lab_.orchestrator(), transport::topics::token_use("main", "t1", "n1", "key"),
           envelope::Kind::token_use, wire.encode());
    auto uses = token_uses(lab_.link(), {"t1"});
    ASSERT_TRUE(uses) << uses.error().message;
    EXPECT_EQ((*uses)["t1"].names, 0U);
  }
}

TEST_F(TokenUsesTest, WhatNoOrchestratorSignedDoesNotCount) {
  use(lab_.link(), "t1", "n1");
  revoke(lab_.link(), "t1");
  auto uses = token_uses(lab_.link(), {"t1"});
  ASSERT_TRUE(uses) << uses.error().message;
  EXPECT_EQ((*uses)["t1"].names, 0U);
  EXPECT_FALSE((*uses)["t1"].revoked);
}

}  // namespace
}  // namespace muster::client
