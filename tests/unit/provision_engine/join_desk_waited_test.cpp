// Machines that wait for a use of their token: what is so by the time they have it counts.
#include "orchestrator/provision/join_desk.hpp"

#include "tests/unit/provision_engine/join_desk_lab.hpp"

namespace muster::provision {
namespace {

// It waited for its use, and was let in by what was so a minute ago.
TEST_F(JoinDeskTest, WhoWaitedForAUseIsJudgedByWhatIsSoByThen) {
  ca_says("absent");
  hears_uses_->latency = kAnswersGoodFor + std::chrono::seconds(1);
  const auto file = token([](security::JoinClaims& claims) { claims.uses = 1; });
  announce(file, key_);
  ASSERT_EQ(joined_ + waiting_ + refused_, 0) << "its claim is on its way";
  ca_says("signed");
  world_.loop.advance(hears_uses_->latency);
  advance();
  EXPECT_EQ(joined_, 0);
  EXPECT_EQ(waiting_, 1) << "the name is another's by now";
  EXPECT_EQ(asked(), 2U);
}

TEST_F(JoinDeskTest, WhoGotAUseAtOnceCostsNoSecondQuestion) {
  ca_says("absent");
  announce(token([](security::JoinClaims& claims) { claims.uses = 1; }), key_);
  EXPECT_EQ(joined_, 1);
  EXPECT_EQ(asked(), 1U);
}

}  // namespace
}  // namespace muster::provision
