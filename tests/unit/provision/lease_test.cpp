#include "plugins/agents/provision/lease.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <filesystem>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::plugins::provision {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kNow = 1'767'225'600'000;
constexpr std::int64_t kMinute = 60'000;

class LeaseTest : public testing::Test {
 protected:
  Status claim_by(const std::string& owner, std::int64_t now_ms = kNow) {
    return claim(progress_, owner, "puppet", 60, now_ms);
  }
  Status check(const std::string& caller, std::int64_t fence, std::int64_t now_ms = kNow) const {
    return check_fence(progress_, caller, fence, now_ms);
  }

  Progress progress_;
};

TEST_F(LeaseTest, AFreeNodeIsGranted) {
  ASSERT_TRUE(claim_by("cert=one"));
  EXPECT_EQ(progress_.state, State::claimed);
  EXPECT_EQ(progress_.attempts, 1);
  EXPECT_TRUE(check("cert=one", progress_.fence));
}

TEST_F(LeaseTest, ALeaseKeepsOthersOutAndSaysWhoHoldsIt) {
  ASSERT_TRUE(claim_by("cert=one"));
  const auto second = claim_by("cert=two", kNow + kMinute - 1);
  ASSERT_FALSE(second);
  EXPECT_EQ(base::status_of(second.error().code), 1);
  EXPECT_THAT(second.error().message, HasSubstr("cert=one holds the lease"));
}

TEST_F(LeaseTest, ALapsedLeaseGoesToTheNext) {
  ASSERT_TRUE(claim_by("cert=one"));
  const auto first = progress_.fence;
  ASSERT_TRUE(claim_by("cert=two", kNow + kMinute));
  EXPECT_GT(progress_.fence, first);
  EXPECT_EQ(progress_.attempts, 2);
}

TEST_F(LeaseTest, OfAnOwnerThatLeftJustTheLeaseThatIsNamedGoesToTheNext) {
  ASSERT_TRUE(claim_by("cert=one"));
  const auto first = progress_.fence;
  ASSERT_TRUE(claim_by("cert=one"));  // it came back meanwhile
  EXPECT_FALSE(claim(progress_, "cert=two", "puppet", 60, kNow, first));
  EXPECT_TRUE(claim(progress_, "cert=two", "puppet", 60, kNow, progress_.fence));
  EXPECT_FALSE(check("cert=one", progress_.fence));
}

TEST_F(LeaseTest, TheSameOwnerGetsAnewFenceAtOnceAndNoNewAttempt) {
  ASSERT_TRUE(claim_by("cert=one"));
  const auto first = progress_.fence;
  ASSERT_TRUE(claim_by("cert=one"));
  EXPECT_GT(progress_.fence, first);
  EXPECT_EQ(progress_.attempts, 1);
  EXPECT_FALSE(check("cert=one", first));
}

// What was asked of masters under it may be under way, also when its owner has another one since, and has given that back.
TEST_F(LeaseTest, UntilWhenAReplacedLeaseWouldHaveLastedIsKnown) {
  ASSERT_TRUE(claim_by("cert=one"));
  EXPECT_EQ(replaces_until_ms(progress_, kNow), 0) << "it replaces none";
  const auto until_ms = progress_.lease_expires_at_ms;
  ASSERT_TRUE(claim_by("cert=one", kNow + 1'000));
  EXPECT_EQ(replaces_until_ms(progress_, kNow + 1'000), until_ms);
  release(progress_, State::waiting, "");
  ASSERT_TRUE(claim_by("cert=two", kNow + 2'000));
  EXPECT_EQ(replaces_until_ms(progress_, kNow + 2'000), until_ms);
  EXPECT_EQ(replaces_until_ms(progress_, until_ms), 0) << "it is over";
  EXPECT_EQ(replaces_until_ms(progress_, kNow - 2 * kLeaseMostSeconds * 1'000), 0)
      << "a clock was set";
}

TEST_F(LeaseTest, AStaleFenceIsRefusedWithStatusOneAndTheOwner) {
  ASSERT_TRUE(claim_by("cert=one"));
  const auto first = progress_.fence;
  ASSERT_TRUE(claim_by("cert=two", kNow + kMinute));
  const auto stale = check("cert=one", first, kNow + kMinute);
  ASSERT_FALSE(stale);
  EXPECT_EQ(base::status_of(stale.error().code), 1);
  EXPECT_THAT(stale.error().message, HasSubstr("cert=two"));
}

TEST_F(LeaseTest, TheRightFenceOfAnotherCallerIsRefused) {
  ASSERT_TRUE(claim_by("cert=one"));
  EXPECT_FALSE(check("cert=two", progress_.fence));
}

TEST_F(LeaseTest, ALeaseOfAClockThatWasFastDoesNotHoldForEver) {
  ASSERT_TRUE(claim_by("cert=one", kNow + 365LL * 24 * 60 * kMinute));
  EXPECT_TRUE(lapsed(progress_, kNow));
  EXPECT_TRUE(claim_by("cert=two", kNow));
}

TEST_F(LeaseTest, AFailedNodeCanBeClaimedAndForgetsWhy) {
  ASSERT_TRUE(claim_by("cert=one"));
  release(progress_, State::failed, "exit 4");
  EXPECT_EQ(progress_.error, "exit 4");
  EXPECT_FALSE(check("cert=one", progress_.fence));
  ASSERT_TRUE(claim_by("cert=two"));
  EXPECT_EQ(progress_.error, "");
}

TEST_F(LeaseTest, AFinishedNodeIsRefusedUntilAgain) {
  ASSERT_TRUE(claim_by("cert=one"));
  const auto fence = progress_.fence;
  finish(progress_, kNow);
  EXPECT_THAT(claim_by("cert=one").error().message, HasSubstr("muster provision again"));
  begin_again(progress_);
  ASSERT_TRUE(claim_by("cert=one"));
  EXPECT_GT(progress_.fence, fence);
  EXPECT_EQ(progress_.attempts, 1);
}

TEST_F(LeaseTest, AgainTakesTheLeaseFromItsHolder) {
  ASSERT_TRUE(claim_by("cert=one"));
  const auto fence = progress_.fence;
  begin_again(progress_);
  EXPECT_FALSE(check("cert=one", fence));
}

TEST_F(LeaseTest, LengthsOutsideTheLimitsAreRefused) {
  EXPECT_EQ(claim(progress_, "cert=one", "puppet", 4, kNow).error().code, Errc::invalid_data);
  EXPECT_EQ(claim(progress_, "cert=one", "puppet", 3601, kNow).error().code, Errc::invalid_data);
  EXPECT_EQ(renew(progress_, 0, kNow).error().code, Errc::invalid_data);
}

TEST_F(LeaseTest, WhatWasFinishedInAnotherWorkflowStaysForWhoClaimsToDecide) {
  ASSERT_TRUE(claim_by("cert=one"));
  ASSERT_TRUE(claim(progress_, "cert=one", "other", 60, kNow));
  EXPECT_EQ(progress_.told.workflow, "other");
  progress_.told.finished = {"sign-certificate"};
  ASSERT_TRUE(claim(progress_, "cert=one", "puppet", 60, kNow));
  EXPECT_EQ(progress_.told.workflow, "other");
  EXPECT_EQ(progress_.told.finished.size(), 1U);
}

// Any sequence of events, with restarts between them: no fence is ever given twice, and at most one
// holds.
TEST(LeaseProperty, FencesOnlyGrowWhateverHappens) {
  EXPECT_TRUE(rc::check("fences are strictly increasing", [] {
    const fakes::TempFolder folder;
    const auto file = folder / "provision.json";
    Progress progress;
    std::int64_t now = kNow;
    std::int64_t last = 0;
    const auto events = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 7));
    for (const int event : events) {
      now += *rc::gen::inRange<std::int64_t>(-kMinute, 2 * kMinute);
      const auto owner = event % 2 == 0 ? "cert=one" : "cert=two";
      if (event <= 2 && claim(progress, owner, "puppet", 60, now)) {
        RC_ASSERT(progress.fence > last);
        RC_ASSERT(!check_fence(progress, owner, last, now));
        RC_ASSERT(!!check_fence(progress, owner, progress.fence, now));
        last = progress.fence;
      }
      if (event == 3) release(progress, State::failed, "why");
      if (event == 4) finish(progress, now);
      if (event == 5) begin_again(progress);
      if (event == 6) {
        RC_ASSERT(!!save_progress(file, progress));
        progress = load_progress(file).value();
      }
      RC_ASSERT(progress.fence >= last);
    }
  }));
}

}  // namespace
}  // namespace muster::plugins::provision
