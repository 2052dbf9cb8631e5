// Claims on uses of a token, as one orchestrator hears them.
#include "orchestrator/provision/token_book.hpp"

#include <gtest/gtest.h>

#include "tests/support/fakes/fake_clock.hpp"

namespace muster::provision {
namespace {

using Heard = TokenBook::Heard;
using messages::UseStage;

class TokenBookTest : public testing::Test {
 protected:
  Heard hear(UseStage stage, const std::string& session, std::int64_t at_ms = 1) {
    messages::TokenUse use;
    use.token_id = "t1";
    use.identity = "web-1";
    use.key_fingerprint = "k1";
    use.at_ms = at_ms;
    use.expires_at_ms = clock_.unix_ms() + 3'600'000;
    use.allowed_uses = 1;
    use.stage = stage;
    use.claimed_by = stage == UseStage::granted ? "" : session;
    return book_.remember(use, "signer");
  }
  std::size_t ended() const { return book_.ended_claims("t1").size(); }

  fakes::FakeClock clock_;
  TokenBook book_{clock_, 10};
};

TEST_F(TokenBookTest, AClaimEndsWhenNothingBecameOfItForLong) {
  EXPECT_EQ(hear(UseStage::claimed, "s1"), Heard::claim);
  clock_.advance(kClaimEnds - std::chrono::seconds(1));
  EXPECT_EQ(ended(), 0U);
  EXPECT_EQ(hear(UseStage::claimed, "s1"), Heard::nothing) << "a new link brings it again";
  clock_.advance(std::chrono::seconds(1));
  ASSERT_EQ(ended(), 1U);
  const auto claim = book_.ended_claims("t1").front();
  EXPECT_EQ(claim.use.claimed_by, "s1");
  EXPECT_EQ(claim.place.subject, "k1");
}

TEST_F(TokenBookTest, AClaimThatIsMadeAnewByTheSameOneIsYoungAgain) {
  hear(UseStage::claimed, "s1", 1);
  clock_.advance(kClaimEnds);
  EXPECT_EQ(hear(UseStage::claimed, "s1", 2), Heard::claim);
  EXPECT_EQ(ended(), 0U);
}

TEST_F(TokenBookTest, WhatIsGrantedNeverEnds) {
  hear(UseStage::claimed, "s1");
  EXPECT_EQ(hear(UseStage::granted, ""), Heard::granted);
  clock_.advance(2 * kClaimEnds);
  EXPECT_EQ(ended(), 0U);
  EXPECT_EQ(hear(UseStage::withdrawn, "s1"), Heard::less);
}

// It heard of the first claim when it started, and took it for a young one: so it did not believe who took it over, and would
// have counted for ever what that one withdrew.
TEST_F(TokenBookTest, AClaimThatWasTakenOverAndWithdrawnUnheardEndsAsWell) {
  hear(UseStage::claimed, "s1", 1);
  EXPECT_EQ(hear(UseStage::claimed, "s2", 2), Heard::nothing) << "the first decides";
  EXPECT_EQ(hear(UseStage::withdrawn, "s2", 2), Heard::nothing);
  EXPECT_EQ(book_.left("t1", 1, 0), TokenBook::Left::claims_only) << "it may be granted yet";
  clock_.advance(kClaimSettles);
  EXPECT_EQ(ended(), 1U);
}

TEST_F(TokenBookTest, OnlyWhoseClaimItIsWithdrawsIt) {
  hear(UseStage::claimed, "s1");
  book_.withdraw({"t1", "web-1", "k1"}, "s2");
  EXPECT_EQ(book_.left("t1", 1, 0), TokenBook::Left::claims_only);
  book_.withdraw({"t1", "web-1", "k1"}, "s1");
  EXPECT_EQ(book_.left("t1", 1, 0), TokenBook::Left::some);
}

}  // namespace
}  // namespace muster::provision
