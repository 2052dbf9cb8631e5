#include "proto/loop/together.hpp"

#include <gtest/gtest.h>

#include <string>

namespace muster::loop {
namespace {

using Give = std::function<void(std::string)>;

Task<std::string> told_by(Give& give) {
  Answer<std::string> answer([&give](Give told) { give = std::move(told); });
  co_return co_await answer;
}

Task<std::string> at_once(std::string text) {
  co_return text;
}

TEST(TogetherTest, AllBeginAtOnceAndTheResultsAreInTheirOrder) {
  Give first;
  Give second;
  std::vector<Task<std::string>> stories;
  stories.push_back(told_by(first));
  stories.push_back(told_by(second));
  stories.push_back(at_once("c"));
  auto all = together(std::move(stories));
  all.start([] {});
  ASSERT_TRUE(first && second);
  second("b");
  EXPECT_FALSE(all.ended());
  first("a");
  ASSERT_TRUE(all.ended());
  EXPECT_EQ(all.take(), (std::vector<std::string>{"a", "b", "c"}));
}

TEST(TogetherTest, NoneAndThoseThatEndAtOnceAreNotWaitedFor) {
  auto none = together(std::vector<Task<std::string>>());
  none.start([] {});
  ASSERT_TRUE(none.ended());
  EXPECT_TRUE(none.take().empty());
  std::vector<Task<std::string>> stories;
  stories.push_back(at_once("a"));
  auto one = together(std::move(stories));
  one.start([] {});
  ASSERT_TRUE(one.ended());
  EXPECT_EQ(one.take().front(), "a");
}

TEST(TogetherTest, WhoIsDroppedDropsThemAll) {
  Give give;
  {
    std::vector<Task<std::string>> stories;
    stories.push_back(told_by(give));
    auto all = together(std::move(stories));
    all.start([] {});
  }
  give("nobody listens");
}

}  // namespace
}  // namespace muster::loop
