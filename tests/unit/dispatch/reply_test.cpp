#include "node-agent/dispatch/reply.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"
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
    request_.id = "id-1";
    request_.collective = "main";
    request_.agent = "puppet";
    request_.action = "status";
    request_.caller = "alice";
  }
  // Through the wire, as a caller reads it.
  messages::Reply travelled(const ActionReply& reply,
                            messages::Outcome outcome = messages::Outcome::answered) {
    const auto sealed = seal_reply(request_, "n1", outcome, reply, 12'345, node_.signer());
    if (!sealed) throw std::runtime_error(sealed.error().message);
    const auto opened = security::open(*sealed, envelope::Kind::reply, nodes_).value();
    EXPECT_EQ(opened.signer, "n1");
    return messages::Reply::decode(opened.body).value();
  }

  test::TestPki pki_;
  test::Holder node_ = pki_.node("n1");
  base::SystemClock clock_;
  security::TrustStore nodes_{clock_};
  messages::Request request_;
};

TEST_F(ReplyTest, ItTellsWhichRequestItAnswersAndHow) {
  const auto reply = travelled(ActionReply::ok({{"state", "idle"}}, "fine"));
  EXPECT_EQ(reply.request_id, "id-1");
  EXPECT_EQ(reply.identity, "n1");
  EXPECT_EQ(reply.agent, "puppet");
  EXPECT_EQ(reply.action, "status");
  EXPECT_EQ(reply.status, 0U);
  EXPECT_EQ(reply.outcome, messages::Outcome::answered);
  EXPECT_EQ(reply.message, "fine");
  EXPECT_EQ(reply.sent_at_ms, 12'345);
  EXPECT_EQ(reply.data, (Value{{"state", "idle"}}));
}

TEST_F(ReplyTest, ARefusalCarriesOutcomeAndReason) {
  const auto reply =
      travelled(ActionReply::failed({Errc::refused, "not allowed"}), messages::Outcome::refused);
  EXPECT_EQ(reply.outcome, messages::Outcome::refused);
  EXPECT_EQ(reply.status, 1U);
  EXPECT_EQ(reply.message, "not allowed");
}

TEST_F(ReplyTest, DataBeyondTheLimitIsLeftOutAndCounted) {
  const auto reply = travelled(
      ActionReply::ok({{"output", std::string(messages::kReplyMaxBytes, 'x')}}, "the log"));
  EXPECT_TRUE(reply.data.is_null());
  EXPECT_GT(reply.left_out_bytes, messages::kReplyMaxBytes);
  EXPECT_THAT(reply.message, HasSubstr("the log ("));
  EXPECT_EQ(reply.status, 0U);
}

TEST_F(ReplyTest, DataThatCannotTravelIsAFailureThatNamesTheAction) {
  for (const auto& wrong :
       {Value{{"x", std::numeric_limits<double>::quiet_NaN()}}, Value{{"x", "\xff"}}}) {
    const auto reply = travelled(ActionReply::ok(wrong));
    EXPECT_EQ(reply.status, 5U);
    EXPECT_THAT(reply.message, HasSubstr("puppet#status"));
    EXPECT_TRUE(reply.data.is_null());
  }
}

TEST_F(ReplyTest, AMessageOfAnyBytesReachesTheCaller) {
  const auto reply = travelled(ActionReply::failed({Errc::unknown, "gr\xfc\xdf e"}));
  EXPECT_EQ(reply.message, "gr\uFFFD\uFFFD e");
}

TEST_F(ReplyTest, ALongMessageIsCutBetweenCharacters) {
  std::string text = "x";
  while (text.size() < 2 * messages::kReplyMessageMaxBytes) text += "é";
  const auto reply = travelled(ActionReply::failed({Errc::unknown, text}));
  EXPECT_EQ(reply.message.size(), messages::kReplyMessageMaxBytes - 1);
}

}  // namespace
}  // namespace muster::agent
