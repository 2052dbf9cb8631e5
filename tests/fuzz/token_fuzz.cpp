#include <gtest/gtest.h>

#include "proto/base/encoding.hpp"
#include "proto/security/join_token.hpp"
#include "proto/security/jws.hpp"
#include "tests/fuzz/mutator.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster {
namespace {

class TokenFuzz : public testing::Test {
 protected:
  std::string text() {
    auto token = pki_.join_token(8884, 8883, 1'700'000'000'000);
    token.id = "the-one";
    return security::sign_token(token, pki_.root().key()).value();
  }
  test::TestPki pki_;
};

TEST_F(TokenFuzz, NoChangedTokenIsAccepted) {
  const auto good = text();
  fuzz::run({good, good.substr(good.find('.')), "..", ""}, 5'000, [&](std::string_view input) {
    const auto token = security::verify_token(input, pki_.root().certificate());
    if (!token) return;
    const auto end = input.find_last_not_of("\r\n ");
    EXPECT_EQ(input.substr(0, end + 1), good);
  });
}

// Behind a valid signature anything may stand: a root's owner may err, too.
TEST_F(TokenFuzz, AnySignedPayloadIsReadOrRefusedInWords) {
  const auto good = text();
  const auto payload = base::from_base64url(security::jws_split(good).value().payload).value();
  fuzz::run({payload, "{}", "[]", "null", "{\"jti\":1}"}, 3'000, [&](std::string_view input) {
    const auto signed_text = security::jws_sign(input, pki_.root().key()).value();
    const auto token = security::verify_token(signed_text, pki_.root().certificate());
    if (token)
      EXPECT_TRUE(security::check_token(*token));
    else
      EXPECT_FALSE(token.error().message.empty());
  });
}

TEST_F(TokenFuzz, NodesOwnReadingNeverFails) {
  const auto good = text();
  fuzz::run({good}, 5'000, [&](std::string_view input) {
    const auto token = security::read_own_token(input, "join.token");
    if (token) {
      EXPECT_EQ(token->id, "the-one");
    }
  });
}

}  // namespace
}  // namespace muster
