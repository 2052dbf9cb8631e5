#include "orchestrator/client/own_words.hpp"

#include <gtest/gtest.h>

namespace muster::client {
namespace {

TEST(OwnWordsTest, TheVeryBytesAreOurs) {
  OwnWords words;
  words.said("sealed");
  words.said("sealed");
  EXPECT_TRUE(words.has_said("sealed"));
  EXPECT_FALSE(words.has_said("sealeD"));
  EXPECT_FALSE(words.has_said(""));
}

TEST(OwnWordsTest, TheOldestIsForgotten) {
  OwnWords words;
  for (std::size_t i = 0; i <= kOwnWordsKept; ++i) words.said(std::to_string(i));
  EXPECT_FALSE(words.has_said("0"));
  EXPECT_TRUE(words.has_said("1"));
  EXPECT_TRUE(words.has_said(std::to_string(kOwnWordsKept)));
}

}  // namespace
}  // namespace muster::client
