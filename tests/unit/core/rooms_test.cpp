// The small rooms of the core, each by itself.
#include "tests/unit/core/node_lab.hpp"

namespace muster::agent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

class AttemptsTest : public NodeLab {
 protected:
  const Error refused_{Errc::refused, "no"};
  const Error away_{Errc::unavailable, "away"};
  Attempts with_token_{host_, true};
  Attempts without_{host_, false};
};

TEST_F(AttemptsTest, WhomTheBrokerDoesNotKnowJoinsAtOnceIfItHasAToken) {
  const auto next = with_token_.refused(Door::member, refused_);
  EXPECT_EQ(next.door, Door::join);
  EXPECT_EQ(next.pause, 0ms);
  const auto other = without_.refused(Door::member, refused_);
  EXPECT_EQ(other.door, Door::member);
  EXPECT_GT(other.pause, 0ms);
}

TEST_F(AttemptsTest, ACertificateThatIsTrustedSoonIsTriedSixtyTimesBeforeItJoinsAnew) {
  with_token_.trust_soon();
  for (int i = 1; i < 60; ++i) {
    const auto next = with_token_.refused(Door::member, refused_);
    ASSERT_EQ(next.door, Door::member) << i;
    EXPECT_EQ(next.pause, 100ms);
  }
  EXPECT_EQ(with_token_.refused(Door::member, refused_).door, Door::join);
}

TEST_F(AttemptsTest, ABrokerThatIsAwayIsWaitedForLongerEachTime) {
  auto least = 0ms;
  for (int i = 0; i < 12; ++i) {
    const auto next = with_token_.refused(Door::member, away_);
    EXPECT_EQ(next.door, Door::member);
    EXPECT_LE(next.pause, 30s);
    least = next.pause;
  }
  EXPECT_GE(least, 15s);
  with_token_.made(Door::member);
  EXPECT_LE(with_token_.refused(Door::member, away_).pause, 250ms);
}

TEST_F(AttemptsTest, WithoutAUsableCertificateItJoinsAfterThePause) {
  host_.certificate = false;
  EXPECT_EQ(with_token_.refused(Door::member, away_).door, Door::join);
  EXPECT_EQ(without_.refused(Door::member, away_).door, Door::member);
}

class EndedRunsTest : public NodeLab {
 protected:
  std::vector<std::string> told_;
  EndedRuns runs_{host_, [this](const std::string& job) { told_.push_back(job); }};
};

TEST_F(EndedRunsTest, AJobThatChangesNothingIsToldAtOnce) {
  runs_.ended("j1", false);
  EXPECT_THAT(told_, ElementsAre("j1"));
  EXPECT_EQ(host_.gathers, 0U);
}

TEST_F(EndedRunsTest, ARunHasEndedOnceItsFactsWereLookedAt) {
  runs_.ended("j1", true);
  runs_.look_begins();
  EXPECT_FALSE(runs_.has_looked()) << "its facts are not gathered yet";
  host_.gathered = 1;
  runs_.look_begins();
  EXPECT_TRUE(runs_.has_looked());
  EXPECT_THAT(told_, IsEmpty());
  runs_.tell();
  EXPECT_THAT(told_, ElementsAre("j1"));
  EXPECT_THAT(host_.settled, ElementsAre("j1"));
  runs_.tell();
  EXPECT_THAT(told_, ElementsAre("j1")) << "once";
}

TEST_F(EndedRunsTest, WithoutAMembershipItIsSettledAndToldLater) {
  runs_.ended("j1", true);
  host_.gathered = 1;
  runs_.settle();
  EXPECT_THAT(host_.settled, ElementsAre("j1"));
  EXPECT_THAT(told_, IsEmpty());
  runs_.tell();
  EXPECT_THAT(told_, ElementsAre("j1"));
}

class LooksTest : public NodeLab {
 protected:
  int begun_ = 0;
  Looks looks_{host_, [this] { ++begun_; }};
};

TEST_F(LooksTest, WhoAsksDuringALookGetsAnotherAndOneIsEnoughForAll) {
  host_.looks_at_once = false;
  looks_.ask();
  looks_.ask();
  looks_.ask();
  EXPECT_EQ(host_.looks, 1);
  EXPECT_TRUE(looks_.came());
  EXPECT_EQ(begun_, 1) << "not before the view is used";
  looks_.next();
  EXPECT_EQ(host_.looks, 2);
  EXPECT_TRUE(looks_.came());
  looks_.next();
  EXPECT_EQ(host_.looks, 2);
  EXPECT_EQ(begun_, 2);
}

TEST_F(LooksTest, AViewOfAnEarlierLinkIsNotUsedAndAnotherIsAskedFor) {
  host_.looks_at_once = false;
  looks_.ask();
  looks_.forget();
  EXPECT_FALSE(looks_.came());
  looks_.next();
  EXPECT_EQ(host_.looks, 2);
  EXPECT_TRUE(looks_.came());
}

}  // namespace
}  // namespace muster::agent
