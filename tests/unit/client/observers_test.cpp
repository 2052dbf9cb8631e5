#include "orchestrator/client/observers.hpp"

#include <gtest/gtest.h>

namespace muster::client {
namespace {

TEST(ObserversTest, AnObserverIsCalledAsLongAsItsHandleLives) {
  Observers observers;
  int heard = 0;
  auto handle = observers.add([&heard] { ++heard; });
  observers.emit();
  handle.reset();
  observers.emit();
  EXPECT_EQ(heard, 1);
}

TEST(ObserversTest, AnObserverMayLeaveWhileItIsCalled) {
  Observers observers;
  Observers::Handle handle;
  int heard = 0;
  handle = observers.add([&] {
    ++heard;
    handle.reset();
  });
  observers.emit();
  observers.emit();
  EXPECT_EQ(heard, 1);
}

}  // namespace
}  // namespace muster::client
