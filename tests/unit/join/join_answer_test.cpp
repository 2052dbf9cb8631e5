#include "node-agent/join/join_answer.hpp"

#include <gtest/gtest.h>

#include "proto/messages/join.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::agent {
namespace {

class JoinAnswerTest : public testing::Test {
 protected:
  JoinAnswerTest() {
    pki_.trust(operators_);
    wire_.client_id = "c1";
    wire_.nonce = "nonce";
    wire_.sent_at_ms = 4'711;
  }
  Result<JoinAnswer> read(const test::Holder& who,
                          envelope::Kind kind = envelope::Kind::join_answer) {
    const auto sealed = who.signer().seal(kind, test::body_of(wire_));
    return read_join_answer(*sealed, operators_, "c1", "nonce");
  }

  test::TestPki pki_;
  base::SystemClock clock_;
  security::TrustStore operators_{clock_};
  messages::JoinAnswer wire_;
};

TEST_F(JoinAnswerTest, AnOrchestratorsAnswerIsTakenApart) {
  wire_.accepted = true;
  wire_.member = true;
  const auto answer = read(pki_.orchestrator());
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_TRUE(answer->accepted);
  EXPECT_TRUE(answer->member);
  EXPECT_EQ(answer->orchestrator, "orchestrator1");
  EXPECT_EQ(answer->sent_at_ms, 4'711);
}

// One that comes late, or to another, is no request that somebody forged.
TEST_F(JoinAnswerTest, WhatItIsShowsWhoeverItIsFor) {
  const auto seal = [this](envelope::Kind kind) {
    return *pki_.orchestrator().signer().seal(kind, test::body_of(wire_));
  };
  wire_.nonce = "an earlier one";
  EXPECT_TRUE(is_join_answer(seal(envelope::Kind::join_answer)));
  EXPECT_FALSE(is_join_answer(seal(envelope::Kind::request)));
  EXPECT_FALSE(is_join_answer("nonsense"));
}

TEST_F(JoinAnswerTest, ARefusalCarriesItsReason) {
  wire_.reason = "the token has expired";
  const auto answer = read(pki_.orchestrator());
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->accepted);
  EXPECT_EQ(answer->reason, "the token has expired");
}

TEST_F(JoinAnswerTest, NobodyButAnOrchestratorOfTheRootAnswers) {
  const test::TestCa other("Muster operator root");
  for (const auto& who : {pki_.operator_(), pki_.broker(), pki_.node("n1"),
                          other.issue_member("orchestrator1", "orchestrator")}) {
    const auto answer = read(who);
    ASSERT_FALSE(answer) << who.certificate.subject();
    EXPECT_EQ(answer.error().code, Errc::refused);
  }
}

TEST_F(JoinAnswerTest, AnAnswerToAnotherAnnouncementIsNotOurs) {
  wire_.nonce = "an earlier one";
  EXPECT_FALSE(read(pki_.orchestrator()));
  wire_.nonce = "nonce";
  wire_.client_id = "c2";
  EXPECT_FALSE(read(pki_.orchestrator()));
}

TEST_F(JoinAnswerTest, AMessageOfAnotherKindIsNoAnswer) {
  EXPECT_FALSE(read(pki_.orchestrator(), envelope::Kind::request));
}

}  // namespace
}  // namespace muster::agent
