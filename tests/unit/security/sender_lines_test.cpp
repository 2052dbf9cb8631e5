#include "proto/security/sender_lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/pki/test_pki.hpp"

namespace muster::security {
namespace {

class SenderLinesTest : public testing::Test {
 protected:
  static std::string message_of(const test::Holder& holder) {
    return holder.signer().seal(envelope::Kind::request, "body").value();
  }
  test::TestPki pki_;
  SenderLines lines_;
};

TEST_F(SenderLinesTest, WhoHasVerifiedOnceHasALineOfTheirOwn) {
  const auto message = message_of(pki_.operator_());
  EXPECT_EQ(lines_.line_of(message), SenderLines::kStrangers);
  lines_.know(pki_.operator_().certificate.fingerprint(), "alice");
  EXPECT_THAT(lines_.line_of(message), testing::StartsWith("alice ("));
  EXPECT_EQ(lines_.line_of(message_of(pki_.orchestrator())), SenderLines::kStrangers);
}

// A node runs for years, and operators' certificates may last a day.
TEST_F(SenderLinesTest, NobodyIsAStrangerForEverBecauseManyCameBefore) {
  for (std::size_t i = 0; i < kKnownSendersMax; ++i) lines_.know(std::to_string(i), "earlier");
  lines_.know(pki_.operator_().certificate.fingerprint(), "alice");
  EXPECT_THAT(lines_.line_of(message_of(pki_.operator_())), testing::StartsWith("alice ("));
}

TEST_F(SenderLinesTest, CertificatesThatNobodyIssuedShareOneLine) {
  const test::TestCa stranger("stranger");
  for (const auto* name : {"a", "b", "c"})
    EXPECT_EQ(lines_.line_of(message_of(stranger.issue_member(name, "operator"))),
              SenderLines::kStrangers);
  EXPECT_EQ(lines_.line_of("no envelope"), SenderLines::kStrangers);
}

}  // namespace
}  // namespace muster::security
