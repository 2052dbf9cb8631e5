#include <gtest/gtest.h>

#include <ctime>

#include "proto/base/encoding.hpp"
#include "proto/security/join_token.hpp"
#include "proto/security/jws.hpp"
#include "tests/fuzz/mutator.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster {
namespace {

class TokenFuzz : public testing::Test {
 protected:
  security::TokenFile file() const {
    return pki_.join_token(8884, 8883, now_,
                           [](security::JoinClaims& claims) { claims.id = "the-one"; });
  }
  std::string text() const { return file().token; }
  const std::int64_t now_ = std::int64_t{std::time(nullptr)} * 1000;
  test::TestPki pki_;
};

TEST_F(TokenFuzz, NoChangedTokenIsAccepted) {
  const auto good = text();
  fuzz::run({good, good.substr(good.find('.')), "..", ""}, 5'000, [&](std::string_view input) {
    const auto token = security::verify_token(input, pki_.root().certificate(), now_);
    if (!token) return;
    const auto end = input.find_last_not_of("\r\n ");
    EXPECT_EQ(input.substr(0, end + 1), good);
  });
}

// Behind a valid signature anything may stand: an issuer may err, too.
TEST_F(TokenFuzz, AnySignedPayloadIsReadOrRefusedInWords) {
  const auto good = text();
  const auto payload = base::from_base64url(security::jws_split(good).value().payload).value();
  fuzz::run({payload, "{}", "[]", "null", "{\"jti\":1}"}, 3'000, [&](std::string_view input) {
    const auto signed_text =
        security::jws_sign(input, pki_.issuer().key, pki_.issuer().certificate).value();
    const auto token = security::verify_token(signed_text, pki_.root().certificate(), now_);
    if (token)
      EXPECT_TRUE(security::check_claims(token->claims));
    else
      EXPECT_FALSE(token.error().message.empty());
  });
}

TEST_F(TokenFuzz, NodesOwnReadingNeverFails) {
  const auto good = security::token_file_text(file()).value();
  fuzz::run({good}, 5'000, [&](std::string_view input) {
    const auto token = security::read_token_file(input, "join.token");
    if (token) {
      EXPECT_EQ(token->claims.id, "the-one");
    }
  });
}

}  // namespace
}  // namespace muster
