#include "proto/base/backoff.hpp"

#include <gmock/gmock.h>

namespace muster::base {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Ge;
using ::testing::Le;

TEST(BackoffTest, StepsDoubleUpToTheMost) {
  Backoff backoff(100ms, 500ms);
  for (const auto step : {100ms, 200ms, 400ms, 500ms, 500ms})
    EXPECT_THAT(backoff.next(), AllOf(Ge(step / 2), Le(step)));
}

TEST(BackoffTest, ResetStartsAgain) {
  Backoff backoff(100ms, 10'000ms);
  for (int i = 0; i < 6; ++i) backoff.next();
  backoff.reset();
  EXPECT_LE(backoff.next(), 100ms);
}

TEST(BackoffTest, WaitsDifferSoThatNodesDoNotComeTogether) {
  Backoff backoff(10'000ms, 10'000ms);
  const auto first = backoff.next();
  bool differs = false;
  for (int i = 0; i < 50 && !differs; ++i) differs = backoff.next() != first;
  EXPECT_TRUE(differs);
}

}  // namespace
}  // namespace muster::base
