#include "orchestrator/client/goes.hpp"

#include <gmock/gmock.h>

namespace muster::client {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const Goes::TimePoint kBegan{1h};

Call call_to(std::vector<std::string> targets) {
  Call call;
  call.agent = "rpcutil";
  call.action = "ping";
  call.targets = std::move(targets);
  return call;
}

// Of each target the same.
CallResult each_is(const Call& call, Outcome outcome) {
  CallResult result;
  result.request_id = call.targets.front() + "'s";
  for (const auto& target : call.targets) {
    NodeResult node;
    node.identity = target;
    node.outcome = outcome;
    result.results.push_back(std::move(node));
  }
  return result;
}

TEST(GoesTest, NodesAreAskedInTheirOrderSoManyAtATime) {
  Goes goes(call_to({"n3", "n1", "n2"}), {.size = 2}, kBegan);
  EXPECT_FALSE(goes.is_under_way());
  auto first = goes.next();
  EXPECT_THAT(first.targets, ElementsAre("n3", "n1"));
  EXPECT_EQ(first.action, "ping");
  ASSERT_TRUE(goes.took(each_is(first, Outcome::ok)));
  EXPECT_TRUE(goes.is_under_way());
  auto last = goes.next();
  EXPECT_THAT(last.targets, ElementsAre("n2"));
  ASSERT_TRUE(goes.took(each_is(last, Outcome::silent)));
  EXPECT_FALSE(goes.has_next());
  const auto done = goes.end(kBegan + 3s);
  ASSERT_EQ(done.result.results.size(), 3U);
  EXPECT_EQ(done.result.results[0].identity, "n1") << "sorted";
  EXPECT_EQ(done.result.request_id, "n3's") << "of the first go";
  EXPECT_EQ(done.result.took, 3s);
  EXPECT_THAT(done.not_asked, IsEmpty());
  EXPECT_EQ(done.why, "");
}

TEST(GoesTest, WithoutASizeAllAreAskedAtOnce) {
  Goes goes(call_to({"n1", "n2"}), {}, kBegan);
  auto only = goes.next();
  EXPECT_THAT(only.targets, ElementsAre("n1", "n2"));
  ASSERT_TRUE(goes.took(each_is(only, Outcome::failed)));
  EXPECT_FALSE(goes.has_next());
}

TEST(GoesTest, OfNobodyThereIsNone) {
  Goes goes(call_to({}), {.size = 2}, kBegan);
  EXPECT_FALSE(goes.has_next());
  EXPECT_THAT(goes.end(kBegan).result.results, IsEmpty());
}

TEST(GoesTest, SoManyFailuresLeaveTheRestAlone) {
  Goes goes(call_to({"n1", "n2", "n3"}), {.size = 1, .max_failures = 2}, kBegan);
  ASSERT_TRUE(goes.took(each_is(goes.next(), Outcome::silent)));
  EXPECT_TRUE(goes.has_next());
  ASSERT_TRUE(goes.took(each_is(goes.next(), Outcome::failed)));
  EXPECT_FALSE(goes.has_next());
  const auto done = goes.end(kBegan);
  EXPECT_THAT(done.not_asked, ElementsAre("n3"));
  EXPECT_EQ(done.why, "2 failed or were silent");
}

TEST(GoesTest, FailuresOfTheLastGoLeaveNobodyAlone) {
  Goes goes(call_to({"n1"}), {.size = 1, .max_failures = 1}, kBegan);
  ASSERT_TRUE(goes.took(each_is(goes.next(), Outcome::failed)));
  EXPECT_EQ(goes.end(kBegan).why, "");
}

TEST(GoesTest, AnErrorOfOurOwnSideIsGivenBackWhenItIsTheFirst) {
  Goes goes(call_to({"n1", "n2"}), {.size = 1}, kBegan);
  (void)goes.next();
  const auto taken = goes.took(fail(Errc::unavailable, "no link"));
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().message, "no link");
}

TEST(GoesTest, ALaterOneCostsNoResultsAndLeavesTheRestAlone) {
  Goes goes(call_to({"n1", "n2", "n3"}), {.size = 1}, kBegan);
  ASSERT_TRUE(goes.took(each_is(goes.next(), Outcome::ok)));
  (void)goes.next();
  ASSERT_TRUE(goes.took(fail(Errc::unavailable, "no link")));
  EXPECT_FALSE(goes.has_next());
  const auto done = goes.end(kBegan);
  EXPECT_EQ(done.result.results.size(), 1U);
  EXPECT_THAT(done.not_asked, ElementsAre("n2", "n3"));
  EXPECT_EQ(done.why, "no link");
}

}  // namespace
}  // namespace muster::client
