#include "proto/request/signed_request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/base/clock.hpp"
#include "proto/messages/request.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::request {
namespace {

using testing::HasSubstr;

class SignedRequestTest : public testing::Test {
 protected:
  SignedRequestTest() {
    pki_.trust(commanding_);
    request_.collective = "main";
    request_.caller = "alice";
  }
  Result<Signed> open_from(const test::Holder& signer,
                           envelope::Kind kind = envelope::Kind::request,
                           std::string_view sender = {}) {
    const auto sealed = signer.signer().seal(kind, test::body_of(request_)).value();
    return open(sealed, envelope::Kind::request, commanding_, sender);
  }
  Result<std::string> topic(const std::string& reply_to) {
    request_.reply_to = reply_to;
    return request::reply_topic(request_, "n1");
  }

  test::TestPki pki_;
  base::SystemClock clock_;
  security::TrustStore commanding_{clock_};
  messages::Request request_;
};

TEST_F(SignedRequestTest, OperatorsAndOrchestratorsCommandInTheirOwnName) {
  const auto alice = open_from(pki_.operator_());
  ASSERT_TRUE(alice) << alice.error().message;
  EXPECT_EQ(alice->role, security::Role::operator_);
  request_.caller = "orchestrator1";
  const auto orchestrator = open_from(pki_.orchestrator());
  ASSERT_TRUE(orchestrator) << orchestrator.error().message;
  EXPECT_EQ(orchestrator->role, security::Role::orchestrator);
}

TEST_F(SignedRequestTest, NobodyElseDoes) {
  EXPECT_THAT(open_from(pki_.orchestrator()).error().message,
              HasSubstr("says it is from 'alice', signed by 'orchestrator1'"));
  EXPECT_FALSE(open_from(pki_.node("alice")));
  EXPECT_FALSE(open_from(pki_.orchestrator_root().issue_member("alice", "broker")));
  EXPECT_FALSE(open_from(pki_.root().issue_member("alice", "orchestrator")));
  EXPECT_FALSE(open_from(pki_.orchestrator_root().issue_member("alice", "operator")));
  EXPECT_FALSE(open_from(pki_.operator_(), envelope::Kind::control_request)) << "another kind";
}

TEST_F(SignedRequestTest, WhereTheTopicNamesACallerItIsThatOne) {
  EXPECT_TRUE(open_from(pki_.operator_(), envelope::Kind::request, "alice"));
  EXPECT_THAT(open_from(pki_.operator_(), envelope::Kind::request, "bob").error().message,
              HasSubstr("of 'alice' came on the topic of 'bob'"));
}

TEST_F(SignedRequestTest, RepliesGoBelowTheCallersOwnTopic) {
  EXPECT_EQ(topic("muster/v1/main/rep/alice/s-1"), "muster/v1/main/rep/alice/s-1/n1");
  EXPECT_EQ(topic(""), "") << "no reply is wanted";
}

TEST_F(SignedRequestTest, NoOtherTopicIsEverAnswered) {
  using std::string_literals::operator""s;
  for (const auto& wrong :
       {"muster/v1/main/rep/bob/s1"s, "muster/v1/other/rep/alice/s1"s, "muster/v1/main/rep/alice"s,
        "muster/v1/main/rep/alice/"s, "muster/v1/main/rep/alice/s1/x"s,
        "muster/v1/main/rep/alice/+"s, "muster/v1/main/rep/alice/#"s,
        "muster/v1/main/rep/alice/a\0b"s, "muster/v1/main/rep/alice/a\nb"s,
        "muster/v1/main/rep/alice/"s + std::string(300, 's'), "muster/v1/main/presence/n2"s,
        "x"s}) {
    const auto refused = topic(wrong);
    ASSERT_FALSE(refused) << *refused;
    EXPECT_EQ(refused.error().code, Errc::refused);
  }
}

}  // namespace
}  // namespace muster::request
