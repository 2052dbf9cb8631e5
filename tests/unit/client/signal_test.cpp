#include "orchestrator/client/signal.hpp"

#include <gtest/gtest.h>

namespace muster::client {
namespace {

TEST(SignalTest, AListenerHearsAsLongAsItsHandleLives) {
  Signal signal;
  int heard = 0;
  auto handle = signal.add([&heard] { ++heard; });
  signal.emit();
  handle.reset();
  signal.emit();
  EXPECT_EQ(heard, 1);
}

TEST(SignalTest, AListenerMayLeaveWhileItListens) {
  Signal signal;
  Signal::Handle handle;
  int heard = 0;
  handle = signal.add([&] {
    ++heard;
    handle.reset();
  });
  signal.emit();
  signal.emit();
  EXPECT_EQ(heard, 1);
}

}  // namespace
}  // namespace muster::client
