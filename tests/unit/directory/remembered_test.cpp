#include "proto/transport/directory/remembered.hpp"

#include <gmock/gmock.h>

namespace muster::transport {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(RememberedTest, WhatTheNewLinkDoesNotShowIsGoneOnce) {
  Remembered known(10);
  known.heard("a", false, true);
  known.heard("b", false, true);
  known.lost();
  known.heard("a", false, true);
  EXPECT_THAT(known.take_gone(), ElementsAre("b"));
  EXPECT_THAT(known.take_gone(), IsEmpty());
}

TEST(RememberedTest, WhatWasRemovedIsNotGoneAgain) {
  Remembered known(10);
  known.heard("a", false, true);
  known.heard("a", true, true);
  known.lost();
  EXPECT_THAT(known.take_gone(), IsEmpty());
}

TEST(RememberedTest, AFalseMessageKeepsNothingAliveThatWasBelieved) {
  Remembered known(10);
  known.heard("a", false, true);
  known.lost();
  known.heard("a", false, false);
  EXPECT_THAT(known.take_gone(), ElementsAre("a"));
}

TEST(RememberedTest, BeyondItsCapacityNothingIsKept) {
  Remembered known(1);
  known.heard("a", false, true);
  known.heard("b", false, true);
  known.lost();
  EXPECT_THAT(known.take_gone(), ElementsAre("a"));
}

}  // namespace
}  // namespace muster::transport
