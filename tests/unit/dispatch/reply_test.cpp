#include "node-agent/dispatch/reply.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "proto/envelope/value_codec.hpp"
#include "proto/request/signed_reply.hpp"
#include "proto/security/verifier.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::agent {
namespace {

using plugins::ActionReply;
using testing::HasSubstr;

class ReplyTest : public testing::Test {
 protected:
  ReplyTest() {
    EXPECT_TRUE(nodes_.add(pki_.puppet_ca().certificate()));
    request_.set_id("id-1");
    request_.set_collective("main");
    request_.set_agent("puppet");
    request_.set_action("status");
    request_.set_caller("alice");
  }
  // Through the wire, as a caller reads it.
  v1::Reply travelled(const ActionReply& reply, v1::Outcome outcome = v1::OUTCOME_ANSWERED) {
    const auto sealed = seal_reply(request_, "n1", outcome, reply, 12'345, node_.signer());
    if (!sealed) throw std::runtime_error(sealed.error().message);
    const auto opened = security::open(*sealed, envelope::Kind::reply, nodes_).value();
    EXPECT_EQ(opened.signer, "n1");
    return envelope::unpack<v1::Reply>(opened.body, "a reply").value();
  }

  test::TestPki pki_;
  test::Holder node_ = pki_.node("n1");
  base::SystemClock clock_;
  security::TrustStore nodes_{clock_};
  v1::Request request_;
};

TEST_F(ReplyTest, ItTellsWhichRequestItAnswersAndHow) {
  const auto reply = travelled(ActionReply::ok({{"state", "idle"}}, "fine"));
  EXPECT_EQ(reply.request_id(), "id-1");
  EXPECT_EQ(reply.identity(), "n1");
  EXPECT_EQ(reply.agent(), "puppet");
  EXPECT_EQ(reply.action(), "status");
  EXPECT_EQ(reply.status(), 0U);
  EXPECT_EQ(reply.outcome(), v1::OUTCOME_ANSWERED);
  EXPECT_EQ(reply.message(), "fine");
  EXPECT_EQ(reply.sent_at_ms(), 12'345);
  EXPECT_EQ(envelope::decode_value(reply.data()).value(), (Value{{"state", "idle"}}));
}

TEST_F(ReplyTest, ARefusalCarriesOutcomeAndReason) {
  const auto reply =
      travelled(ActionReply::failed({Errc::refused, "not allowed"}), v1::OUTCOME_REFUSED);
  EXPECT_EQ(reply.outcome(), v1::OUTCOME_REFUSED);
  EXPECT_EQ(reply.status(), 1U);
  EXPECT_EQ(reply.message(), "not allowed");
}

TEST_F(ReplyTest, DataBeyondTheLimitIsLeftOutAndCounted) {
  const auto reply = travelled(
      ActionReply::ok({{"output", std::string(request::kReplyMaxBytes, 'x')}}, "the log"));
  EXPECT_FALSE(reply.has_data());
  EXPECT_GT(reply.left_out_bytes(), request::kReplyMaxBytes);
  EXPECT_THAT(reply.message(), HasSubstr("the log ("));
  EXPECT_EQ(reply.status(), 0U);
}

TEST_F(ReplyTest, DataThatCannotTravelIsAFailureThatNamesTheAction) {
  for (const auto& wrong :
       {Value{{"x", std::numeric_limits<double>::quiet_NaN()}}, Value{{"x", "\xff"}}}) {
    const auto reply = travelled(ActionReply::ok(wrong));
    EXPECT_EQ(reply.status(), 5U);
    EXPECT_THAT(reply.message(), HasSubstr("puppet#status"));
    EXPECT_FALSE(reply.has_data());
  }
}

TEST_F(ReplyTest, AMessageOfAnyBytesReachesTheCaller) {
  const auto reply = travelled(ActionReply::failed({Errc::unknown, "gr\xfc\xdf e"}));
  EXPECT_EQ(reply.message(), "gr\uFFFD\uFFFD e");
}

TEST_F(ReplyTest, ALongMessageIsCutBetweenCharacters) {
  std::string text = "x";
  while (text.size() < 2 * request::kReplyMessageMaxBytes) text += "é";
  const auto reply = travelled(ActionReply::failed({Errc::unknown, text}));
  EXPECT_EQ(reply.message().size(), request::kReplyMessageMaxBytes - 1);
}

}  // namespace
}  // namespace muster::agent
